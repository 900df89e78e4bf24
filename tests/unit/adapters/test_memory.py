import attrs
import pytest

from renewkit.adapters.memory import MemoryStorage
from renewkit.effects.commit import Commit, Receipt
from renewkit.effects.effect import Charge
from renewkit.errors import ConfigurationError
from renewkit.ports.storage import OpenInvoices, SnapshotOf, StorageCapabilities
from renewkit.testing.storage.samples import BOOK, charge, contract, customer, first, invoice, next_commit


def test_capabilities() -> None:
    """Memory is not durable, and one lock serves all writers."""
    wanted = StorageCapabilities(name="memory", durable=False, concurrent_writers=False)
    assert wanted == MemoryStorage().capabilities


def test_nothing_is_staged_for_good() -> None:
    """A call that raises leaves the books exactly as they were, though its first commit was fine."""
    storage = MemoryStorage()
    storage.commit((first(customer()),))
    before = storage.load(SnapshotOf(BOOK, "c1"))
    with pytest.raises(ConfigurationError, match="a commit for a customer"):
        storage.commit((next_commit(before), Commit(book=BOOK, customer_id="", version=0)))
    assert before == storage.load(SnapshotOf(BOOK, "c1"))


def test_a_mixed_commit_names_the_stranger() -> None:
    """A commit with another customer's things names that customer."""
    with pytest.raises(ConfigurationError, match="c2"):
        MemoryStorage().commit((first(customer(), subscriptions=(contract("s1", "c2"),)),))


def test_an_effect_may_name_what_is_not_there() -> None:
    """A pending effect whose invoice was never stored does not stop the snapshot."""
    storage = MemoryStorage()
    lost: Charge = charge(attrs.evolve(invoice(contract()), id="inv_lost"))
    (receipt,) = storage.commit((first(customer(), effects=(lost,)),))
    assert isinstance(receipt, Receipt)
    found = storage.load(SnapshotOf(BOOK, "c1"))
    assert found is not None
    assert ((lost,), ()) == (found.pending, found.invoices)
    assert () == storage.load(OpenInvoices(BOOK))
