import pytest

from renewkit.adapters.memory import MemoryStorage
from renewkit.effects.commit import Commit
from renewkit.effects.outcome import Unknown
from renewkit.errors import StorageError
from renewkit.ports.storage import CustomersOf, SnapshotOf
from renewkit.testing.faults import Crash, CrashAfter, Duplicating, Flaky, Moment, Reordering, Slow
from renewkit.testing.storage.samples import charge, contract, customer, first, invoice, notify

NOBODY = SnapshotOf("default", "c1")


class Recorder:
    """Takes charges and messages and remembers their keys."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def charge(self, effect):  # noqa: ANN001  any charge
        self.keys.append(effect.key)
        return len(self.keys)

    send = charge

    def lookup(self, effect):  # noqa: ANN001  any charge
        return self.keys.count(effect.key)


def effects():
    """Make four effects with keys of their own."""
    sold = contract()
    return [notify(sold, "a"), notify(sold, "b"), notify(sold, "c"), charge(invoice(sold))]


@pytest.mark.parametrize(("moment", "kept"), [(Moment.BEFORE, 1), (Moment.AFTER, 2)])
def test_crash_after(moment: Moment, kept: int) -> None:
    """A crash strikes the call after those that were let through, before or after it was carried out."""
    inner = MemoryStorage()
    storage = CrashAfter(inner, 1, moment=moment)
    storage.commit((first(customer("c1")),))
    for _ in range(2):
        with pytest.raises(Crash, match="commit"):
            storage.commit((first(customer("c2")),))
    assert kept == len(inner.load(CustomersOf("default")))


def test_a_crash_is_no_exception() -> None:
    """A crash goes through whatever handles exceptions."""
    assert not issubclass(Crash, Exception)


def test_crash_counts_only() -> None:
    """Calls that are not named do not count."""
    storage = CrashAfter(MemoryStorage(), 0, only=("commit",))
    assert storage.load(NOBODY) is None
    with pytest.raises(Crash):
        storage.commit((Commit(book="default", customer_id="c1", version=1),))


def test_everything_else_passes() -> None:
    """What is no call of a port is the adapter's own."""
    storage = CrashAfter(MemoryStorage(), 0)
    assert "memory" == storage.capabilities.name


def test_flaky_is_repeatable() -> None:
    """The same seed fails the same calls, some of them after they were carried out."""

    def run(seed: int) -> tuple[list[bool], int]:
        inner = MemoryStorage()
        storage, answers = Flaky(inner, seed, share=0.5), []
        for place in range(40):
            try:
                storage.commit((first(customer(f"c{place:02}")),))
                answers.append(True)
            except StorageError:
                answers.append(False)
        return answers, len(inner.load(CustomersOf("default")))

    answers, kept = run(7)
    assert (answers, kept) == run(7)
    assert sum(answers) < kept < len(answers)
    assert answers != run(8)[0]


def test_duplicating() -> None:
    """Charges, look-ups and messages are made twice, commits once."""
    recorder = Recorder()
    doubled = Duplicating(recorder)
    assert 2 == doubled.send(effects()[0])
    assert 2 == doubled.lookup(effects()[0])
    assert 1 == Duplicating(MemoryStorage()).commit((first(customer()),))[0].version


def test_reordering() -> None:
    """What was held back arrives once, in another order, and is unknown until then."""
    recorder = Recorder()
    late = Reordering(recorder, seed=3)
    sent = effects()
    assert [Unknown(effect.key) for effect in sent] == [*map(late.send, sent[:3]), late.charge(sent[3])]
    assert (0, []) == (late.lookup(sent[3]), recorder.keys)
    assert (1, 2, 3, 4) == late.deliver()
    assert sorted(effect.key for effect in sent) == sorted(recorder.keys)
    assert [effect.key for effect in sent] != recorder.keys
    assert () == late.deliver()


def test_slow() -> None:
    """Each call waits first."""
    waits: list[float] = []
    storage = Slow(MemoryStorage(), 0.25, wait=waits.append)
    storage.load(NOBODY)
    storage.facts("default", 0, 1)
    assert [0.25, 0.25] == waits
