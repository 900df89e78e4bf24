"""A stage for kills: runs the command line in processes that die by SIGKILL at a certain call.

Reads orders from standard input, one JSON object a line, and answers each with how its process ended. Every order is
carried out by a process of its own, forked after the imports so that starting it costs nothing; it opens its own files.
"""

import functools
import json
import os
import signal
import sys
import uuid

import attrs

import renewkit.adapters.mail.folder
import renewkit.cli.app
import renewkit.cli.simulation
import renewkit.cli.statement  # all that a command will load
from renewkit.adapters.mail import MailFolder
from renewkit.adapters.sandbox import SandboxGateway
from renewkit.adapters.sql import SqlStorage
from renewkit.adapters.sql.statements import Statements
from renewkit.cli import main
from renewkit.cli.sandbox import Sandbox

POINTS = {
    "claim": (SqlStorage, "claim"),
    "commit": (SqlStorage, "commit"),
    "write": (Statements, "insert"),  # in the middle of the database's transaction
    "charge": (SandboxGateway, "charge"),
    "book": (SandboxGateway, "_decide"),  # in the middle of the gateway's transaction
    "lookup": (SandboxGateway, "lookup"),
    "send": (MailFolder, "send"),
    "place": (renewkit.adapters.mail.folder.os, "replace"),  # the mail is written but not in its place
    "finish": (Sandbox, "finish"),
}


def die_at(point: str, when: str, number: int) -> None:
    """Let this process kill itself before or after the n-th call of a point."""
    owner, name = POINTS[point]
    real = getattr(owner, name)
    calls = 0

    @functools.wraps(real)
    def deadly(*args: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls == number and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = real(*args, **options)
        if calls == number and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(owner, name, deadly)


def without_outbox() -> None:
    """Turn this process into a twin that keeps what it has to send in memory only."""
    real = SqlStorage.commit

    def commit(self: SqlStorage, commits: tuple) -> tuple:
        return real(self, tuple(attrs.evolve(one, effects=(), recorded=()) for one in commits))

    SqlStorage.commit = commit


def without_keys() -> None:
    """Turn this process into a twin that sends and charges under a new key each time, so that nobody can look it up."""
    charge, send = SandboxGateway.charge, MailFolder.send
    SandboxGateway.charge = lambda self, wanted: charge(self, renamed(wanted))
    SandboxGateway.lookup = lambda _self, _wanted: None
    MailFolder.send = lambda self, message: send(self, renamed(message))


def renamed(effect: attrs.AttrsInstance) -> attrs.AttrsInstance:
    """Return an effect under a key that was never used."""
    return attrs.evolve(effect, key=f"new_{uuid.uuid4().hex}")


TWINS = {"": lambda: None, "without outbox": without_outbox, "without keys": without_keys}


def perform(order: dict) -> None:
    """Be the command that was ordered, and do not return."""
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    TWINS[order["twin"]]()
    if order["kill"]:
        die_at(*order["kill"])
    sys.argv = ["renewkit", *order["command"]]
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else bool(end.code)
    os._exit(code)


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        perform(json.loads(line))
    _, status = os.waitpid(child, 0)
    sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
    sys.stdout.flush()
