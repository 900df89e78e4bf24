"""A stage for mishaps: runs the command line in processes that are killed, stopped or hindered at a certain call.

Reads orders from standard input, one JSON object a line, and answers each with how its process ended. Every order is
carried out by a process of its own, forked after the imports so that starting it costs nothing; it opens its own files.
"""

import functools
import json
import os
import resource
import signal
import sys
import uuid

import attrs

import renewkit.adapters.mail.folder
import renewkit.cli.app  # and all that a command will load
import renewkit.cli.contracts
import renewkit.cli.report
import renewkit.cli.sandbox
import renewkit.cli.simulation
import renewkit.cli.statement
from renewkit.adapters.mail import MailFolder
from renewkit.adapters.sandbox import SandboxGateway
from renewkit.adapters.sql import SqlStorage
from renewkit.adapters.sql.statements import Statements
from renewkit.cli import main
from renewkit.cli.sandbox import Sandbox

NOBODY = 65534
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


def strike_at(point: str, when: str, number: int, *, by: int) -> None:
    """Let this process send itself a signal before or after the n-th call of a point."""
    owner, name = POINTS[point]
    real = getattr(owner, name)
    calls = 0

    @functools.wraps(real)
    def deadly(*args: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls == number and when == "before":
            os.kill(os.getpid(), by)
        answer = real(*args, **options)
        if calls == number and when == "after":
            os.kill(os.getpid(), by)
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


def without_rights() -> None:
    """Let this process give its rights away when it opens its files: what it imports before may be closed to others."""
    real = renewkit.cli.sandbox.open_sandbox

    def open_sandbox(*args: object, **options: object) -> object:
        os.seteuid(NOBODY)
        return real(*args, **options)

    renewkit.cli.sandbox.open_sandbox = open_sandbox


TWINS = {"": lambda: None, "without outbox": without_outbox, "without keys": without_keys}


def perform(order: dict) -> None:
    """Be the command that was ordered, and do not return."""
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    TWINS[order["twin"]]()
    # Started from a job in the background, this process would be deaf to Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if order["kill"]:
        strike_at(*order["kill"], by=order.get("signal", signal.SIGKILL))
    if "room" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["room"], order["room"]))
    if order.get("as_nobody") and os.geteuid() == 0:
        without_rights()
    sys.argv = ["renewkit", *order["command"]]
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else bool(end.code)
    os._exit(code)


SqlStorage("sqlite://").close()  # loads the dialect
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        perform(json.loads(line))
    _, status = os.waitpid(child, 0)
    sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
    sys.stdout.flush()
