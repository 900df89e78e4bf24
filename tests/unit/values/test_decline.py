"""What declines mean, and which of several signals wins."""

from datetime import datetime, timedelta

import attrs
import pendulum
import pytest

from renewkit.codec import from_json, to_json
from renewkit.errors import IdentifierError, InstantExpectedError, MoneyExpectedError, RangeError
from renewkit.values.data import table
from renewkit.values.decline import (
    Attempt,
    CustomerAction,
    Decline,
    DeclineCategory,
    DeclineCause,
    Instrument,
    RetryAdvice,
    classify,
    unknown_codes,
    visa_category,
)
from renewkit.values.money import usd
from shared import SHARED, needs_shared

T0 = pendulum.datetime(2026, 3, 1)
ROWS = table("declines")


def told(decline: Decline) -> tuple[str, str, str]:
    """Take apart what a decline says."""
    return decline.category.value, decline.retry.value, decline.action.value


def test_the_table_has_every_code_once() -> None:
    """A rail names each of its codes once."""
    codes = [(row["rail"], row["code"]) for row in ROWS]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['rail']}-{row['code']}")
def test_every_row_reads(row: dict[str, str]) -> None:
    """Every code of the table is known and has a class, an advice and a cause."""
    decline = classify(row["rail"], row["code"])
    assert (row["cause"], True) == (decline.cause.value, decline.is_known)


def test_every_source_is_cited() -> None:
    """Every source that a row names stands in the table of sources."""
    assert {row["source"] for row in ROWS} == {row["source"] for row in table("sources")}


@needs_shared
def test_the_table_agrees_with_the_published_rules() -> None:
    """Class, advice and action of each code are those of the published mapping."""
    import json

    published = json.loads((SHARED / "rules" / "declines.json").read_text("utf-8"))["codes"]
    expected = {(c["rail"], c["code"]): (c["category"], c["retry_policy"], c["customer_action"]) for c in published}
    rows = {(row["rail"], row["code"]): (row["category"], row["retry"], row["action"]) for row in ROWS}
    assert expected == {key: rows[key] for key in expected}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("insufficient_funds", ("soft", "auto", "add_funds")),
        ("expired_card", ("hard", "after_fix", "update_payment_method")),
        ("stolen_card", ("fraud", "never", "use_other_method")),
        ("authentication_required", ("auth_required", "after_fix", "authenticate")),
        ("card_not_supported", ("config", "never", "use_other_method")),
        ("generic_decline", ("unknown", "auto", "contact_bank")),
        ("never_heard_of", ("unknown", "auto", "none")),
    ],
)
def test_a_code_is_classified(code: str, expected: tuple[str, str, str]) -> None:
    """A processor's code has a class, an advice and an action."""
    assert expected == told(classify("stripe", code))


def test_the_sandbox_speaks_stripe() -> None:
    """The sandbox rail knows the codes of stripe and keeps its own name."""
    decline = classify("sandbox", "insufficient_funds")
    assert ("sandbox", DeclineCause.FUNDS, True) == (decline.rail, decline.cause, decline.is_known)


@pytest.mark.parametrize("code", [" 1a ", "1A", "1a"])
def test_case_and_blanks_do_not_matter(code: str) -> None:
    """A code is found in any case; it is kept as it came."""
    decline = classify("iso8583", code)
    assert (DeclineCategory.AUTH_REQUIRED, code) == (decline.category, decline.code)


def test_a_lower_case_code_is_found() -> None:
    """A processor's lower-case code is found when it is shouted."""
    assert classify("stripe", "EXPIRED_CARD").is_known


@pytest.mark.parametrize(("rail", "code"), [(None, "05"), ("stripe", 5)])
def test_a_code_is_text(rail: str, code: str) -> None:
    """A code that is no text is the caller's mistake."""
    with pytest.raises(IdentifierError, match="as text"):
        classify(rail, code)


def test_advice_never_comes_first() -> None:
    """A network's "never" wins over a code that would be retried."""
    decline = classify("stripe", "do_not_honor", network="05", advice="03")
    assert (RetryAdvice.NEVER, DeclineCategory.HARD) == (decline.retry, decline.category)


def test_advice_never_keeps_the_code_that_says_why() -> None:
    """Where the code itself allows no retry, it stays the reason."""
    assert classify("stripe", "stolen_card", advice="03").category is DeclineCategory.FRAUD


def test_visa_category_one_is_never() -> None:
    """Category 1 allows no reattempt."""
    assert classify("stripe", "do_not_honor", advice="1").retry is RetryAdvice.NEVER


def test_a_hard_issuer_code_beats_a_soft_processor_code() -> None:
    """The issuer's lost card wins over the processor's generic answer."""
    assert ("fraud", "never", "use_other_method") == told(classify("stripe", "generic_decline", network="41"))


def test_a_hard_code_beats_timed_advice() -> None:
    """An expired card is not retried because the network names a wait."""
    decline = classify("stripe", "expired_card", advice="25")
    assert (RetryAdvice.AFTER_FIX, None) == (decline.retry, decline.wait)


def test_the_never_list_beats_timed_advice() -> None:
    """What the processor will not send again is not retried after a wait either."""
    assert classify("stripe", "authentication_required", advice="25").retry is RetryAdvice.AFTER_FIX


def test_timed_advice_beats_the_class() -> None:
    """A soft decline with advice waits as long as the network says, and stays what it is."""
    decline = classify("stripe", "insufficient_funds", network="51", advice="27")
    assert (RetryAdvice.ADVICE, timedelta(days=4), DeclineCause.FUNDS) == (decline.retry, decline.wait, decline.cause)


def test_a_vague_code_leaves_the_word_to_the_issuer() -> None:
    """A generic decline with the issuer's 51 is a lack of funds."""
    assert classify("stripe", "generic_decline", network="51").cause is DeclineCause.FUNDS


def test_the_issuer_speaks_for_an_unknown_code() -> None:
    """A code that nobody knows is read by the issuer's, and still counted as unknown."""
    decline = classify("stripe", "never_heard_of", network="51")
    assert (DeclineCause.FUNDS, False) == (decline.cause, decline.is_known)


def test_a_clear_code_keeps_the_word() -> None:
    """A processor's own lack of funds is not made vague by the issuer's 05."""
    assert classify("stripe", "insufficient_funds", network="05").cause is DeclineCause.FUNDS


def test_the_signal_that_wins_says_what_to_do() -> None:
    """The issuer's lost card asks for another instrument, whatever the processor's softer code asks for."""
    assert ("fraud", "never", "use_other_method") == told(classify("stripe", "do_not_honor", network="41"))


def test_a_recommended_wait_is_kept() -> None:
    """Advice 02 recommends a wait without turning a schedule into a date."""
    decline = classify("stripe", "do_not_honor", advice="02")
    assert (RetryAdvice.AUTO, timedelta(hours=72)) == (decline.retry, decline.wait)


def test_advice_alone_speaks_for_an_unknown_code() -> None:
    """A code that nobody knows is read by its advice, and still counted as unknown."""
    decline = classify("stripe", "never_heard_of", advice="30")
    assert (timedelta(days=10), False) == (decline.wait, decline.is_known)


def test_an_unknown_advice_changes_nothing() -> None:
    """Advice that nobody knows is kept and ignored."""
    decline = classify("stripe", "do_not_honor", advice="88")
    assert (RetryAdvice.AUTO, "88") == (decline.retry, decline.advice)


def test_raw_codes_are_kept() -> None:
    """All three codes are kept as they came."""
    decline = classify("stripe", "do_not_honor", network="05", advice="24")
    assert ("stripe", "do_not_honor", "05", "24") == (decline.rail, decline.code, decline.network, decline.advice)


def test_unknown_codes_are_counted() -> None:
    """Unknown codes are counted by rail and code, the frequent ones first."""
    declines = [classify("a", "x"), classify("a", "y"), classify("a", "y"), classify("stripe", "expired_card")]
    assert (("a", "y", 2), ("a", "x", 1)) == unknown_codes(declines)


def test_unknown_codes_of_one_count_are_in_order() -> None:
    """Codes that came equally often stand by rail and code, whichever came first."""
    declines = [classify("b", "x"), classify("a", "y"), classify("a", "x")]
    assert (("a", "x", 1), ("a", "y", 1), ("b", "x", 1)) == unknown_codes(declines)


@pytest.mark.parametrize(
    ("decline", "expected"),
    [
        (classify("stripe", "do_not_honor", advice="3"), 3),
        (classify("stripe", "do_not_honor", network="05"), 4),
        (classify("iso8583", "14"), 1),
        (classify("iso8583", "01"), None),
        (classify("stripe", "lost_card"), None),
    ],
)
def test_the_visa_category_is_found(decline: Decline, expected: int | None) -> None:
    """The advice names it, else the issuer's code; a code that was moved counts as the stricter one."""
    assert expected == visa_category(decline)


@pytest.mark.parametrize(
    ("category", "action", "expected"),
    [
        (DeclineCategory.SOFT, CustomerAction.ADD_FUNDS, DeclineCause.FUNDS),
        (DeclineCategory.SOFT, CustomerAction.NONE, DeclineCause.TECHNICAL),
        (DeclineCategory.SOFT, CustomerAction.CONTACT_BANK, DeclineCause.BANK),
        (DeclineCategory.HARD, CustomerAction.NONE, DeclineCause.INSTRUMENT),
        (DeclineCategory.UNKNOWN, CustomerAction.NONE, DeclineCause.UNKNOWN),
    ],
)
def test_a_handmade_decline_gets_its_cause(
    category: DeclineCategory, action: CustomerAction, expected: DeclineCause
) -> None:
    """A decline that a gateway makes itself has a cause without naming one."""
    assert expected is Decline(category, RetryAdvice.AUTO, action, "own", "x").cause


def test_a_handmade_decline_is_known() -> None:
    """Whoever makes a decline knows its code."""
    assert Decline(DeclineCategory.SOFT, RetryAdvice.AUTO, CustomerAction.NONE, "own", "x").is_known


def test_a_wait_may_be_nothing() -> None:
    """A network may allow the next try at once."""
    assert timedelta(0) == attrs.evolve(classify("stripe", "do_not_honor"), wait=timedelta(0)).wait


def test_a_negative_wait_is_refused() -> None:
    """A wait lies ahead."""
    with pytest.raises(RangeError, match="wait of 0 or more"):
        attrs.evolve(classify("stripe", "do_not_honor"), wait=timedelta(days=-1))


def test_an_attempt_takes_an_instrument_or_its_id() -> None:
    """The instrument is kept as its id."""
    assert Attempt(T0, None, Instrument("pm_1", "visa")) == Attempt(T0, None, "pm_1")


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (lambda: Attempt(datetime(2026, 1, 1)), InstantExpectedError),
        (lambda: Attempt(T0, None, ""), IdentifierError),
        (lambda: Attempt(T0, amount=10), MoneyExpectedError),
        (lambda: Instrument(" "), IdentifierError),
    ],
)
def test_bad_attempts_are_refused(made: object, error: type[Exception]) -> None:
    """A naive time, an empty id and an amount that is no money are refused."""
    with pytest.raises(error):
        made()  # type: ignore[operator]  # a factory


@pytest.mark.parametrize(
    "value",
    [
        Attempt(T0, classify("stripe", "do_not_honor", advice="25"), "pm_1", amount=usd("10"), merchant="m"),
        Instrument("pm_1", "visa", region="US"),
    ],
)
def test_values_read_back(value: object) -> None:
    """Attempts and instruments survive their JSON."""
    assert value == from_json(to_json(value), type(value))


def test_whether_it_was_declined_is_told() -> None:
    """An attempt knows whether it was refused."""
    assert (True, False) == (Attempt(T0, classify("a", "b")).is_declined, Attempt(T0).is_declined)
