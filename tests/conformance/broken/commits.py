"""Storages that write what they should refuse, or the other way round."""
# ruff: noqa: ANN001  signatures are those of the storage that is broken

from copy import deepcopy
from typing import Any

import attrs

from conformance.broken.values import Altering, Answering
from renewkit.adapters.memory import MemoryStorage
from renewkit.effects.commit import Conflict, Receipt
from renewkit.errors import ConfigurationError, NotFoundError
from renewkit.ports.storage import SnapshotOf


class Miscounting(MemoryStorage):
    """Names the version before the commit."""

    breaks = ("ST-12",)

    def commit(self, commits):
        answers = super().commit(commits)
        return tuple(attrs.evolve(one, version=one.version - 1) if isinstance(one, Receipt) else one for one in answers)


class LastWriteWins(Altering):
    """Does not look at versions."""

    breaks = ("ST-13", "ST-38", "ST-40", "ST-44")

    def alter(self, commit):
        seen = self.load(SnapshotOf(commit.book, commit.customer_id))
        return attrs.evolve(commit, version=seen.version if seen else 0)


class HalfWriting(MemoryStorage):
    """Has written facts and contracts before it notices that news is known."""

    breaks = ("ST-14",)

    def commit(self, commits):
        answers = super().commit(commits)
        for commit, answer in zip(commits, answers, strict=True):
            if isinstance(answer, Conflict) and answer.what == "inbox":
                super().commit((attrs.evolve(commit, inbox=(), effects=(), invoices=()),))
        return answers


class AllTogether(MemoryStorage):
    """Undoes the whole call where one commit is refused."""

    breaks = ("ST-15",)

    def commit(self, commits):
        before = deepcopy(self._books)
        answers = super().commit(commits)
        if any(isinstance(answer, Conflict) for answer in answers):
            self._books = before
        return answers


class Simultaneous(MemoryStorage):
    """Judges each commit by what was there before the call."""

    breaks = ("ST-16",)

    def commit(self, commits):
        seen: set[str] = set()
        answers: list[Any] = []
        for commit in commits:
            is_second = commit.customer_id in seen
            answers += (Conflict(commit.customer_id, "version", "", ""),) if is_second else super().commit((commit,))
            seen.add(commit.customer_id)
        return tuple(answers)


class DoubleBilling(MemoryStorage):
    """Does not remember which items were billed."""

    breaks = ("ST-17",)

    def commit(self, commits):
        for commit in commits:
            self._book(commit.book).items.clear()
        return super().commit(commits)


class Poaching(MemoryStorage):
    """Lets a customer take over another's contract."""

    breaks = ("ST-18",)

    def commit(self, commits):
        for commit in commits:
            for contract in commit.subscriptions:
                self._book(commit.book).subscriptions.pop(contract.id, None)
        return super().commit(commits)


class Deaf(MemoryStorage):
    """Does not remember news."""

    breaks = ("ST-19", "ST-42")

    def commit(self, commits):
        for commit in commits:
            self._book(commit.book).inbox.clear()
        return super().commit(commits)


class Lenient(MemoryStorage):
    """Answers a caller's bug with a conflict and writes the rest."""

    breaks = ("ST-20",)

    def commit(self, commits):
        answers: list[Any] = []
        for commit in commits:
            try:
                answers += super().commit((commit,))
            except (NotFoundError, ConfigurationError):
                answers.append(Conflict(commit.customer_id, "version", "", ""))
        return tuple(answers)


class Shuffling(Answering):
    """Shows pending effects in order of their keys."""

    breaks = ("ST-21",)

    def show(self, snapshot):
        return attrs.evolve(snapshot, pending=tuple(sorted(snapshot.pending, key=lambda effect: effect.key)))


class Resending(MemoryStorage):
    """Takes an effect that comes again for a new one."""

    breaks = ("ST-22",)

    def commit(self, commits):
        for commit in commits:
            for effect in commit.effects:
                self._book(commit.book).outcomes.pop(effect.key, None)
        return super().commit(tuple(attrs.evolve(one, recorded=() if one.effects else one.recorded) for one in commits))


class Overwriting(MemoryStorage):
    """Replaces an effect by another under the same key."""

    breaks = ("ST-23",)

    def commit(self, commits):
        for commit in commits:
            for effect in commit.effects:
                self._book(commit.book).effects.pop(effect.key, None)
        return super().commit(commits)


class Shrugging(Altering):
    """Drops outcomes that belong to no effect."""

    breaks = ("ST-24",)

    def alter(self, commit):
        known = self._book(commit.book).effects.keys() | {effect.key for effect in commit.effects}
        return attrs.evolve(commit, recorded=tuple(record for record in commit.recorded if record.key in known))


class Unchained(MemoryStorage):
    """Drops facts that do not fit, and writes the rest."""

    breaks = ("ST-28",)

    def commit(self, commits):
        answers = super().commit(commits)
        return tuple(
            super(Unchained, self).commit((attrs.evolve(commit, facts=()),))[0]
            if isinstance(answer, Conflict) and answer.what == "audit"
            else answer
            for commit, answer in zip(commits, answers, strict=True)
        )


class Grouping(MemoryStorage):
    """Lists facts stream by stream."""

    breaks = ("ST-25",)

    def facts(self, book, after, limit):
        return tuple(sorted(super().facts(book, after, limit), key=lambda row: (row.fact.stream, row.fact.seq)))


class Unpaged(MemoryStorage):
    """Does not heed the limit."""

    breaks = ("ST-27",)

    def facts(self, book, after, limit):
        return super().facts(book, after, 10_000)


class Gappy(MemoryStorage):
    """Loses a number with each commit that it refuses."""

    breaks = ("ST-14",)

    def commit(self, commits):
        answers = super().commit(commits)
        for commit, answer in zip(commits, answers, strict=True):
            if isinstance(answer, Conflict):
                numbers = self._book(commit.book).numbers
                numbers.update(
                    (bill.issued_on.year, numbers.get(bill.issued_on.year, 0) + 1) for bill in commit.invoices
                )
        return answers


class OneSeries(MemoryStorage):
    """Counts on from year to year."""

    breaks = ("ST-29",)

    def commit(self, commits):
        answers = []
        for commit in commits:
            for bill in commit.invoices:
                numbers = self._book(commit.book).numbers
                numbers[bill.issued_on.year] = sum(len(self._book(one.book).invoices) for one in commits)
            answers += super().commit((commit,))
        return tuple(answers)


class Renumbering(MemoryStorage):
    """Gives an invoice that comes without its number the next one."""

    breaks = ("ST-30",)

    def commit(self, commits):
        for commit in commits:
            invoices = self._book(commit.book).invoices
            invoices.update((bill.id, attrs.evolve(bill, number=None)) for bill in invoices.values())
        return super().commit(commits)
