"""A PostgreSQL server of our own for the tests: a fresh cluster in a temporary folder, gone afterwards.

PostgreSQL refuses to run as root, so root starts it as the user `postgres`, which Debian's package makes.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

ABSENT = "no PostgreSQL server is installed: run `make system-deps`"


@cache
def binaries() -> Path | None:
    """Find the folder of the newest server, on the path or where Debian puts it."""
    found = shutil.which("postgres")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None)


@contextmanager
def server() -> Iterator[str]:
    """Start a cluster that listens on a socket in its own folder only, and give its URL."""
    folder = Path(mkdtemp(prefix="pg-"))
    as_user = _identity(folder)
    data = folder / "data"
    try:
        _run([binaries() / "initdb", "-D", data, "-U", "renewkit", "-A", "trust", "-E", "UTF8", "--no-sync"], as_user)
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=60"
        _run([binaries() / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], as_user)
        try:
            yield f"postgresql+psycopg://renewkit@/postgres?host={folder}"
        finally:
            _run([binaries() / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], as_user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _identity(folder: Path) -> dict[str, object]:
    if os.geteuid():
        return {}
    owner = pwd.getpwnam("postgres")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _run(command: list[object], as_user: dict[str, object]) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", **as_user)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
