"""Storages that damage what they keep or find it wrongly; each breaks what `breaks` names and should fail there."""
# ruff: noqa: ANN001, ANN202  signatures are those of the storage that is broken

from fractions import Fraction

import attrs
import pendulum

from renewkit.adapters.memory import MemoryStorage
from renewkit.effects.commit import Commit
from renewkit.ports.storage import By, CustomersOf, InvoicesOf, OpenInvoices, SnapshotOf, SubscriptionsOf
from renewkit.values.money import ExactMoney, from_minor, to_minor


class Altering(MemoryStorage):
    """Alters each commit on its way in."""

    def alter(self, commit: Commit) -> Commit:
        return commit

    def commit(self, commits):
        return super().commit(tuple(self.alter(commit) for commit in commits))


class Answering(MemoryStorage):
    """Alters each snapshot on its way out."""

    def show(self, snapshot):
        return snapshot

    def load(self, query):
        found = super().load(query)
        return self.show(found) if isinstance(query, SnapshotOf) and found else found


class Inventive(MemoryStorage):
    """Has nothing to say instead of an empty list."""

    breaks = ("ST-01",)

    def load(self, query):
        return super().load(query) or None


class Forgetful(Altering):
    """Forgets all contacts but the first."""

    breaks = ("ST-02",)

    def alter(self, commit):
        who = commit.customer
        return attrs.evolve(commit, customer=attrs.evolve(who, contacts=who.contacts[:1])) if who else commit


class Sorting(Answering):
    """Sorts the items of a contract."""

    breaks = ("ST-02",)

    def show(self, snapshot):
        sold = [attrs.evolve(sub, items=sorted(sub.items, key=lambda item: item.id)) for sub in snapshot.subscriptions]
        return attrs.evolve(snapshot, subscriptions=tuple(sold))


class FloatMoney(Altering):
    """Keeps exact amounts as floats."""

    breaks = ("ST-03",)

    def alter(self, commit):
        return attrs.evolve(commit, invoices=tuple(self.rough(bill) for bill in commit.invoices))

    def rough(self, bill):
        def floated(exact):
            return ExactMoney(Fraction(float(exact.amount)), exact.currency)

        return attrs.evolve(bill, lines=[attrs.evolve(line, exact=floated(line.exact)) for line in bill.lines])


class CentMoney(FloatMoney):
    """Believes that every currency has cents."""

    breaks = ("ST-03",)

    def rough(self, bill):
        def cents(amount):
            return from_minor(to_minor(amount) // 10 * 10, amount.currency) if bill.currency.code == "KWD" else amount

        return attrs.evolve(bill, lines=[attrs.evolve(line, amount=cents(line.amount)) for line in bill.lines])


class ZoneDropping(FloatMoney):
    """Keeps every instant in UTC."""

    breaks = ("ST-04",)

    def rough(self, bill):
        return attrs.evolve(bill, retry_at=bill.retry_at and bill.retry_at.in_timezone("UTC"))


class WholeSeconds(Altering):
    """Keeps when customers are due to the second."""

    breaks = ("ST-05",)

    def alter(self, commit):
        return attrs.evolve(commit, due=commit.due and commit.due.replace(microsecond=0))


class OneDoor(MemoryStorage):
    """Finds customers by their own id only."""

    breaks = ("ST-06",)

    def load(self, query):
        return None if isinstance(query, SnapshotOf) and query.by is not By.CUSTOMER else super().load(query)


class Hoarding(Answering):
    """Shows every invoice of the customer."""

    breaks = ("ST-07",)

    def show(self, snapshot):
        every = self.load(InvoicesOf(snapshot.book))
        return attrs.evolve(snapshot, invoices=tuple(sorted(every, key=lambda bill: (bill.due_on, bill.id))))


class Hopeful(MemoryStorage):
    """Takes what was written off for open."""

    breaks = ("ST-08",)

    def load(self, query):
        if isinstance(query, OpenInvoices):
            return tuple(bill for bill in super().load(InvoicesOf(query.book)) if not bill.is_paid)
        return super().load(query)


class Backwards(MemoryStorage):
    """Lists the latest invoice first."""

    breaks = ("ST-09",)

    def load(self, query):
        found = super().load(query)
        return found[::-1] if isinstance(query, InvoicesOf) else found


class Timeless(MemoryStorage):
    """Does not heed `since`."""

    breaks = ("ST-09",)

    def load(self, query):
        return super().load(attrs.evolve(query, since=None) if isinstance(query, InvoicesOf) else query)


class Collating(MemoryStorage):
    """Sorts ids as a dictionary would."""

    breaks = ("ST-10",)

    def load(self, query):
        found = super().load(query)
        if isinstance(query, SubscriptionsOf | CustomersOf):
            return tuple(sorted(found, key=lambda value: value.id.casefold()))
        return found


class OneBook(Altering):
    """Keeps all books in one."""

    breaks = ("ST-11",)

    def alter(self, commit):
        return attrs.evolve(commit, book="default")

    def load(self, query):
        return super().load(attrs.evolve(query, book="default"))


class UtcFacts(Altering):
    """Keeps the instants of facts in UTC, so that their seals break."""

    breaks = ("ST-26",)

    def alter(self, commit):
        return attrs.evolve(
            commit, facts=tuple(attrs.evolve(fact, at=fact.at.astimezone(pendulum.UTC)) for fact in commit.facts)
        )
