"""The state machine behind ST-44: any sequence of calls, made to a storage and to the reference model side by side.

Commits are drawn from what the model knows, then bent: an old version or fence, an item billed before, another
customer's contract, facts that skip one. Answers, errors and everything readable must agree.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from renewkit.adapters.memory import MemoryStorage
from renewkit.books.audit import GENESIS, Head
from renewkit.books.invoice import Invoice, InvoiceState
from renewkit.effects.commit import Commit, Conflict, Receipt, Recorded
from renewkit.effects.outcome import Sent
from renewkit.errors import RenewkitError
from renewkit.ports.storage import (
    By,
    CustomersOf,
    InvoicesOf,
    Lease,
    OpenInvoices,
    SnapshotOf,
    SnapshotsOf,
    Storage,
    SubscriptionsOf,
)
from renewkit.testing.storage.base import facts_of
from renewkit.testing.storage.samples import BOOK, NOON, chain, charge, contract, customer, invoice, notify, paid

if TYPE_CHECKING:
    from collections.abc import Callable

    from renewkit.effects.snapshot import Snapshot

__all__ = ["StorageMachine", "machine_of"]

_T = TypeVar("_T")

_CUSTOMERS: Final = ("c1", "c2", "C3")
_SUBSCRIPTIONS: Final = ("s1", "s2", "S3")
_STEPS: Final = 10

_offsets = st.integers(-2, 6).map(lambda days: NOON + timedelta(days=days))


@attrs.frozen(kw_only=True)
class _Wish:
    """A commit before anybody looked at what is recorded."""

    customer_id: str
    is_stale: bool
    fence: int | None
    due: Any
    release: bool
    rename: bool
    subscriptions: list[str]
    months: list[int]
    change: str
    effects: list[int]
    record: bool
    facts: int
    skips: bool
    inbox: list[str]


def _some(values: st.SearchStrategy[_T]) -> st.SearchStrategy[list[_T]]:
    return st.lists(values, max_size=2, unique=True)


def _rarely() -> st.SearchStrategy[bool]:
    return st.integers(0, 7).map(lambda draw: draw == 7)


_wishes = st.builds(
    _Wish,
    customer_id=st.sampled_from(_CUSTOMERS),
    is_stale=_rarely(),
    fence=st.sampled_from([None, None, 0, -1]),
    due=st.none() | _offsets,
    release=st.booleans(),
    rename=st.booleans(),
    subscriptions=_some(st.sampled_from(_SUBSCRIPTIONS)),
    months=_some(st.integers(0, 2)),
    change=st.sampled_from(["issue", "draft", "void", "pay", "clone"]),
    effects=_some(st.integers(0, 2)),
    record=st.booleans(),
    facts=st.integers(0, 2),
    skips=_rarely(),
    inbox=_some(st.sampled_from(["n1", "n2", "n3", "n4"])),
)


class StorageMachine(RuleBasedStateMachine):
    """Makes each call twice and compares; `machine_of` says how the storage is made.

    Reads go through a second handle where there is one, so that a cache cannot answer for the medium.
    """

    def make_storage(self) -> Storage:
        """Return an empty storage."""
        return MemoryStorage()

    def reopen(self, storage: Storage) -> Storage | None:
        """Return another handle on the same data."""
        return None

    def __init__(self) -> None:
        """Start with two empty storages."""
        super().__init__()
        self.model: Storage = MemoryStorage()
        self.storage = self.make_storage()
        self.reader = self.reopen(self.storage) or self.storage

    def teardown(self) -> None:
        """Close what was opened."""
        self.storage.close()
        self.reader.close()

    @rule(now=_offsets, limit=st.integers(1, 3), holder=st.sampled_from(["a", "b"]), takeover=st.booleans())
    def claim(self, now: Any, limit: int, holder: str, *, takeover: bool) -> None:  # noqa: ANN401  an instant
        """Claim due customers."""
        lease = Lease(BOOK, holder, until=now + timedelta(days=1), takeover=takeover)
        assert self.model.claim(now, limit, lease) == self.storage.claim(now, limit, lease)

    @rule(wishes=st.lists(_wishes, min_size=1, max_size=3))
    def commit(self, wishes: list[_Wish]) -> None:
        """Commit what was wished for, right or wrong."""
        heads = _heads(self.model)
        commits = tuple(self._commit_of(wish, heads) for wish in wishes)
        assert _answers(self.model, commits) == _answers(self.storage, commits)

    @invariant()
    def reads_agree(self) -> None:
        """Everything that can be read is the same."""
        snapshots = [SnapshotOf(BOOK, key) for key in _CUSTOMERS]
        snapshots += [SnapshotOf(BOOK, key, By.SUBSCRIPTION) for key in _SUBSCRIPTIONS]
        for query in snapshots:
            assert self.model.load(query) == self.reader.load(query)
        everybody = SnapshotsOf(BOOK, _CUSTOMERS)
        assert self.model.load(everybody) == self.reader.load(everybody)
        for bills in (OpenInvoices(BOOK), InvoicesOf(BOOK), InvoicesOf(BOOK, "s1")):
            assert self.model.load(bills) == self.reader.load(bills)
        assert self.model.load(SubscriptionsOf(BOOK)) == self.reader.load(SubscriptionsOf(BOOK))
        assert self.model.load(CustomersOf(BOOK)) == self.reader.load(CustomersOf(BOOK))
        assert facts_of(self.model) == facts_of(self.reader)

    def _commit_of(self, wish: _Wish, heads: dict[str, Head]) -> Commit:
        seen = self.model.load(SnapshotOf(BOOK, wish.customer_id))
        owner = wish.customer_id
        version = seen.version if seen else 0
        named = {sold.id: sold for sold in seen.subscriptions} if seen else {}
        sold = [named.get(key) or contract(key, owner) for key in wish.subscriptions]
        effects = tuple(notify(contract("s1", owner), str(occasion), note=owner) for occasion in wish.effects)
        start = Head(heads.get(owner, GENESIS).seq + 1, "f" * 64) if wish.skips else heads.get(owner, GENESIS)
        facts = chain(owner, wish.facts, head=start)
        bills = tuple(_bill(seen, line, month, wish.change) for line in sold for month in wish.months)
        charges = tuple(charge(bill) for bill in bills if bill.is_open)
        return Commit(
            book=BOOK,
            customer_id=owner,
            version=max(version - 1, 0) if wish.is_stale else version,
            fence=None if wish.fence is None else max((seen.fence if seen else 0) + wish.fence, 0),
            due=wish.due,
            release=wish.release,
            customer=customer(owner, name=str(version)) if wish.rename or not seen else None,
            subscriptions=tuple(attrs.evolve(line, trade=str(version)) for line in sold),
            invoices=bills,
            effects=(*effects, *charges),
            recorded=tuple(Recorded(effect.key, Sent("m1")) for effect in effects) if wish.record else (),
            facts=facts,
            inbox=tuple(wish.inbox),
        )


def machine_of(
    make: Callable[[], Storage], another: Callable[[Storage], Storage | None] = lambda _: None
) -> type[StorageMachine]:
    """Return the machine for one kind of storage, to be run or to make a test case of."""

    class StorageMachineOf(StorageMachine):
        """The machine for this kind of storage."""

        def make_storage(self) -> Storage:
            """Return an empty storage."""
            return make()

        def reopen(self, storage: Storage) -> Storage | None:
            """Return another handle on the same data."""
            return another(storage)

    StorageMachineOf.TestCase.settings = settings(deadline=None, stateful_step_count=_STEPS)
    return StorageMachineOf


def _bill(seen: Snapshot | None, sold: Any, month: int, change: str) -> Invoice:  # noqa: ANN401  a contract
    fresh = invoice(sold, month)
    known = {bill.id: bill for bill in seen.invoices} if seen else {}
    bill = known.get(fresh.id, fresh)
    match change:
        case "draft" if bill is fresh:
            return attrs.evolve(bill, state=InvoiceState.DRAFT)
        case "void":
            return attrs.evolve(bill, state=InvoiceState.VOID)
        case "pay":
            return paid(bill)
        case "clone":
            return attrs.evolve(fresh, id=f"{fresh.id}_clone")
        case _:
            return bill


def _heads(storage: Storage) -> dict[str, Head]:
    return {fact.stream: fact.head for fact in facts_of(storage)}


def _answers(storage: Storage, commits: tuple[Commit, ...]) -> object:
    try:
        answers = storage.commit(commits)
    except RenewkitError as error:
        return type(error)
    return [_plain(answer) for answer in answers]


def _plain(answer: Receipt | Conflict) -> object:
    return answer if isinstance(answer, Receipt) else (answer.customer_id, answer.what)
