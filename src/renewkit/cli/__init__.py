"""The operator's door: import contracts and statements, run a sandbox through virtual time, report, show a schedule.

May import everything; nothing imports it. Needs the extra `renewkit[cli]`.
"""

from __future__ import annotations

import gc
import sys

__all__ = ["main"]


def main() -> None:
    """Run the `renewkit` command; the exit code is 0 when everything asked for was done."""
    # The process is ours and short: values are frozen and hold no cycles, so collecting seldom costs nothing.
    gc.set_threshold(50_000, 20, 100)
    try:
        from renewkit.cli.app import app
    except ModuleNotFoundError as error:
        sys.exit(f"renewkit: the command line needs {error.name}; install it with: pip install 'renewkit[cli]'")
    except KeyboardInterrupt:
        sys.exit(130)
    app(prog_name="renewkit")
