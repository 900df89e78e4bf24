"""What the stories about killed and hindered commands share: a book to run, a stage to run it on, and what it leaves.

The stage is a process of its own (`kill_stage.py`), which forks one process per command.
"""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import attrs

KILLED = -signal.SIGKILL
CONTRACTS = Path(__file__).with_name("kill_contracts.csv")
FEBRUARY = """\
date,amount,currency,party,text
2024-02-20,512.25,GBP,ALAN TURING,premium
2024-02-22,950.00,GBP,MORRIS & SONS,rent
"""
MARCH = """\
date,amount,currency,party,text
2024-02-27,512.25,GBP,ALAN TURING,premium
2024-03-01,689.00,GBP,EDITH CLARKE,transfer
"""
FILES = {"contracts.csv": CONTRACTS.read_text("utf-8"), "february.csv": FEBRUARY, "march.csv": MARCH}
COMMANDS = (
    ("import", "contracts", "contracts.csv", "--db", "sqlite:///book.db"),
    ("run", "--db", "sqlite:///book.db", "--from", "2024-01-23", "--until", "2024-02-24"),
    ("statement", "import", "february.csv", "--db", "sqlite:///book.db"),
    ("run", "--db", "sqlite:///book.db", "--until", "2024-03-02"),
    ("statement", "import", "march.csv", "--db", "sqlite:///book.db"),
    ("run", "--db", "sqlite:///book.db", "--until", "2024-03-31"),
)
# What a kill may change is how often a customer was claimed and written, and in which order the facts of one moment
# were learned.
TABLES = {
    "agenda": "book, customer_id, due",
    "customers": "*",
    "subscriptions": "book, id, customer_id, doc, json_remove(standing, '$.value.head')",
    "invoices": "*",
    "items": "*",
    "payments": "*",
    "outbox": "book, key, customer_id, kind, status, doc, outcome",
    "facts": "DISTINCT book, stream, at, zone, kind, who, detail",
    "numbers": "*",
}


@attrs.frozen
class World:
    """Everything that a run leaves behind, and what it comes to where keys differ."""

    tables: dict[str, list[tuple]]
    charges: list[tuple]
    mails: dict[str, bytes]

    def essence(self) -> tuple[list[tuple], list[tuple], list[str]]:
        """Return the invoices, the charges and the mails without any key."""
        bills = [(row[1], row[6], row[12], row[13]) for row in self.tables["invoices"]]
        charges = sorted((row[1], row[3], row[4], row[6] or "") for row in self.charges)
        return bills, charges, sorted(name.rpartition("-")[0] for name in self.mails)


def world(folder: Path) -> World:
    """Read what a run left in its folder."""
    with closing(sqlite3.connect(folder / "book.db")) as book:
        tables = {
            name: sorted(book.execute(f"SELECT {columns} FROM renewkit_{name}"), key=repr)  # noqa: S608  our own names
            for name, columns in TABLES.items()
        }
    with closing(sqlite3.connect(folder / "book.gateway.db")) as book:
        asked = "SELECT key, invoice, customer, minor, currency, receipt, code, at FROM charge ORDER BY key"
        charges = book.execute(asked).fetchall()
    return World(tables, charges, {file.name: file.read_bytes() for file in (folder / "book.mails").iterdir()})


@attrs.frozen
class Stage:
    """Runs commands in processes that are forked when they are needed."""

    orders: IO[str]
    answers: IO[str]

    def run(
        self, folder: Path, command: tuple[str, ...], *, twin: str = "", kill: tuple | None = None, **hindrance: object
    ) -> int:
        """Run a command in a folder, hindered in the ways that the stage knows, and return how its process ended."""
        placed = [str(folder / part) if part.endswith(".csv") else part for part in command]
        placed = [part.replace("book.db", str(folder / "book.db")) for part in placed]
        order = {"command": placed, "twin": twin, "kill": kill, "log": str(folder / "log"), **hindrance}
        self.orders.write(json.dumps(order) + "\n")
        self.orders.flush()
        return int(self.answers.readline())

    def play(self, folder: Path, *, twin: str = "", kills: tuple[tuple, ...] = (), acts: int = len(COMMANDS)) -> int:
        """Play the story, dying at each of the kill points in turn; return how many of them were reached."""
        waiting = list(kills)
        for command in COMMANDS[:acts]:
            while (code := self.run(folder, command, twin=twin, kill=waiting[0] if waiting else None)) == KILLED:
                waiting.pop(0)
            assert code == 0, (folder / "log").read_text("utf-8")
        return len(kills) - len(waiting)


@contextmanager
def staged() -> Iterator[Stage]:
    """Open a stage on which commands run."""
    command = [sys.executable, str(Path(__file__).with_name("kill_stage.py"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Stage(process.stdin, process.stdout)
        process.stdin.close()


def furnished(folder: Path) -> Path:
    """Write the files that the story imports into a folder, and return it."""
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return folder
