"""What tests need from outside: the reference data that stands beside the checkout, a browser, a second process."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("RENEWKIT_SHARED") or ROOT.parent / "shared")
ABSENT = "the reference data is absent: put shared/ beside the checkout or name it in RENEWKIT_SHARED"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=ABSENT)

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
needs_browser = pytest.mark.skipif(
    BROWSER is None and not os.environ.get("CI"),
    reason="chromium is not installed: `make system-deps` installs it where apt works; CI must have it",
)


def said_elsewhere(file: Path, expression: str, *, zone: str) -> str:
    """Return what an expression prints over a test module, in a process of another hash seed and zone."""
    program = (
        "import importlib.util, sys\n"
        f"spec = importlib.util.spec_from_file_location('twin', {str(file)!r})\n"
        "twin = importlib.util.module_from_spec(spec); spec.loader.exec_module(twin)\n"
        f"print({expression})\n"
    )
    own = {"PYTHONHASHSEED": "4711", "TZ": zone, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT / "tests")}
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env={**os.environ, **own}
    )
    assert "" == answer.stderr
    return answer.stdout.strip()
