"""Where the reference data lies that stands beside the checkout: published vectors, rules, fixtures and statements."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("RENEWKIT_SHARED") or ROOT.parent / "shared")
ABSENT = "the reference data is absent: put shared/ beside the checkout or name it in RENEWKIT_SHARED"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=ABSENT)
