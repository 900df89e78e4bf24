"""Snapshots: what planning a customer needs."""

import attrs
import pytest

from renewkit.books.subscription import Standing
from renewkit.effects.snapshot import Snapshot
from renewkit.errors import NotFoundError
from renewkit.testing.storage.samples import charge, contract, customer, invoice, notify
from renewkit.values.problem import Problem

CONTRACT = contract("s1")
PARKED = contract("s2", standing=Standing(parked=Problem("plan.failed", "s2", message="m", remedy="r")))
BILLS = (invoice(CONTRACT), invoice(PARKED))
SNAPSHOT = Snapshot(book="default", customer=customer(), subscriptions=(CONTRACT, PARKED), invoices=BILLS)


def test_a_subscription_is_found_by_its_id() -> None:
    """Each contract of the customer is found."""
    assert PARKED == SNAPSHOT.subscription("s2")


@pytest.mark.parametrize(("contracts", "known"), [((CONTRACT, PARKED), "(s1, s2)"), ((), "(none)")])
def test_an_unknown_subscription_is_an_error_that_names_the_known(contracts: tuple[object, ...], known: str) -> None:
    """Whoever mistypes an id reads which there are."""
    with pytest.raises(NotFoundError) as caught:
        attrs.evolve(SNAPSHOT, subscriptions=contracts).subscription("s9")
    assert known in str(caught.value)


@pytest.mark.parametrize(("place", "parked"), [(0, False), (1, True)])
def test_a_charge_waits_with_its_contract(place: int, parked: bool) -> None:
    """A charge is held when its invoice belongs to a parked contract."""
    assert parked is SNAPSHOT.is_parked(charge(BILLS[place]))


@pytest.mark.parametrize(("contract_", "parked"), [(CONTRACT, False), (PARKED, True)])
def test_a_message_waits_with_its_contract(contract_: object, parked: bool) -> None:
    """A message is held when it is about a parked contract."""
    assert parked is SNAPSHOT.is_parked(notify(contract_))


def test_a_charge_of_an_invoice_that_is_not_there_belongs_to_nobody() -> None:
    """A snapshot without the invoice cannot say that its contract is parked."""
    assert False is attrs.evolve(SNAPSHOT, invoices=()).is_parked(charge(BILLS[1]))
