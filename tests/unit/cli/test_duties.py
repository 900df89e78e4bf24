"""What the demo counts of duties, from the audit trail and the fee invoices."""

import attrs
import pendulum

from renewkit.books.audit import GENESIS, append
from renewkit.cli.demo.duties import Duties, count_duties
from renewkit.testing.storage.samples import contract, invoice

NOW = pendulum.datetime(2024, 1, 31)


def test_notices_states_and_fees_are_counted() -> None:
    """A message without a rule is no notice, an invoice over a service no fee."""
    told = [
        ("subscription.activate", {"before": "draft"}),
        ("message.sent", {"topic": "receipt"}),
        ("message.sent", {"topic": "upcoming", "rules": "a, b"}),
        ("message.sent", {"topic": "renewal_notice", "rules": "a"}),
        ("overdue.entered", {"state": "called"}),
        ("subscription.lapse", {"state": "lapsed"}),
    ]
    facts = [append(GENESIS, "s1", kind, at=NOW, who="x", detail=detail) for kind, detail in told]
    sold = contract("s1")
    bill = invoice(sold)
    fee = attrs.evolve(bill, fee_for="inv_1")
    total = str(bill.total.amount)
    expected = Duties(
        notices=(("a", 2), ("b", 1)),
        states=(("called", 1), ("lapsed", 1)),
        late_fees=((bill.currency.code, 1, total, "0.00"),),
    )
    assert expected == count_duties(facts, [bill, fee])
