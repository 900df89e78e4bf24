"""The codec: every value goes to JSON and comes back the same; what does not read says where and why."""

import json
import pkgutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from importlib import import_module
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin
from zoneinfo import ZoneInfo

import attrs
import pendulum
import pytest
from moneyed import Currency, Money

from renewkit.books.audit import Fact
from renewkit.books.invoice import Invoice
from renewkit.books.jurisdiction import Jurisdiction
from renewkit.books.subscription import Item, Subscription, Terms
from renewkit.codec import from_json, kind_of, register, to_json
from renewkit.effects.outcome import Pending
from renewkit.errors import CodecError, ConfigurationError
from renewkit.policies.cycle import MONTHLY, BillingCycle, Every, FixedDates, SemiMonthly, Timing
from renewkit.policies.fees import DailyInterest, SteppedFee
from renewkit.policies.network.rule import NetworkRule
from renewkit.policies.pricing import Flat, Graduated, Price, PriceList, Tier
from renewkit.policies.proration import Change
from renewkit.policies.reminders.notice_rule import NoticeRule
from renewkit.policies.retry.backoff import Backoff
from renewkit.policies.retry.slots import BusinessHours
from renewkit.testing.storage import samples
from renewkit.values.calendar import BusinessCalendar
from renewkit.values.daycount import ProrationPolicy
from renewkit.values.facts import AnchorDate
from renewkit.values.line import Quote
from renewkit.values.money import ExactMoney, usd
from renewkit.values.offsets import days_before
from renewkit.values.period import Period, Span
from renewkit.values.recipient import QuietDay, QuietHours

ROOMS = ("values", "policies", "books", "effects", "insights")
DAY = pendulum.Date(2024, 1, 31)
MOMENT = pendulum.datetime(2024, 1, 31, 9, tz="Asia/Taipei")

NAMED: dict[str, object] = {"zone": "Asia/Taipei", "starts_on": pendulum.Date(2024, 1, 31)}
"""What a field of a name holds, whatever its class."""

SPECIAL: dict[type, Any] = {
    AnchorDate: lambda turn: {"at": None} if turn % 2 else {"on": None},
    Backoff: {"factor": Fraction(3, 2)},
    BusinessCalendar: {"working_days": (pendulum.Date(2024, 2, 3),)},
    BusinessHours: {"closes": time(17)},
    DailyInterest: {"year_days": 365},
    Every: lambda turn: {unit: 3 if place == turn % 4 else None for place, unit in enumerate(UNITS)},
    BillingCycle: {"every": MONTHLY},
    FixedDates: {"dates": (DAY, pendulum.Date(2024, 5, 1))},
    SemiMonthly: {"first": 3, "second": 31},
    NoticeRule: {"effective_to": pendulum.Date(2025, 1, 31)},
    NetworkRule: {"until": pendulum.Date(2025, 1, 31)},
    Jurisdiction: {"refuse_by": days_before(30)},
    Period: {"end": pendulum.Date(2024, 2, 29)},
    PriceList: {"prices": (("USD", Flat(usd("1.50"))),)},
    QuietDay: {"end": time(17)},
    QuietHours: {"end": time(17)},
    Span: {"end": MOMENT.add(microseconds=1)},
    SteppedFee: {"steps": ((usd("10"), usd("1")), (None, usd("2")))},
    Subscription: {"ends_on": pendulum.Date(2026, 1, 1), "trial_from": pendulum.Date(2024, 1, 1)},
    Terms: lambda turn: {"timing": (Timing.ADVANCE, Timing.ARREARS)[turn % 2], "proration": ProrationPolicy()},
}
"""What a class asks of its fields beyond their types."""
UNITS = ("days", "weeks", "months", "years")

PLAIN: dict[object, object] = {
    str: "x1",
    int: 3,
    bool: True,
    Fraction: Fraction(1, 3),
    Money: usd("29.99"),
    ExactMoney: ExactMoney("0.0035", "USD"),
    Currency: usd(1).currency,
    date: date(2024, 1, 31),
    pendulum.Date: DAY,
    datetime: MOMENT,
    pendulum.DateTime: MOMENT,
    time: time(9, 30),
    timedelta: timedelta(hours=7, microseconds=3),
}
"""What a field of a type holds, unless its class asks for more."""


def classes() -> Iterator[type]:
    """Yield every attrs class that a module of the core exports."""
    for room in ROOMS:
        package = import_module(f"renewkit.{room}")
        for found in pkgutil.walk_packages(package.__path__, f"renewkit.{room}."):
            module = import_module(found.name)
            for name in getattr(module, "__all__", ()):
                kind = getattr(module, name)
                if isinstance(kind, type) and attrs.has(kind) and kind.__module__ == module.__name__:
                    yield kind


def sample(kind: Any, turn: int) -> Any:  # noqa: ANN401  any type, any value
    """Return a value of a type; another turn takes another member of each enumeration and union."""
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, TypeVar):
        return PLAIN[Money]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)[turn % len(kind)]
    parts = get_args(kind)
    if get_origin(kind) in (Union, UnionType):
        members = [part for part in parts if part is not NoneType]
        return sample(members[turn % len(members)], turn)
    if get_origin(kind) is tuple:
        return (sample(parts[0], turn),) if parts[-1] is Ellipsis else tuple(sample(part, turn) for part in parts)
    return make(kind, turn)


def make(kind: type, turn: int) -> Any:  # noqa: ANN401  a value of that class
    """Return a value of a class, each field filled, optional ones included."""
    bare = get_origin(kind) or kind
    attrs.resolve_types(bare)
    given = SPECIAL.get(bare, {})
    own = given(turn) if callable(given) else given
    filled = {
        field.alias: (own | NAMED)[field.name] if field.name in own | NAMED else sample(field.type, turn)
        for field in attrs.fields(bare)
        if field.init
    }
    return bare(**filled)


NO_DOCUMENTS: dict[str, str] = {
    "Entries": "columns for bulk work, without an object per line",
    "Remittance": "holds a whole reconciliation; its payments and what it holds back are documents",
    "ThreeWay": "a result whose parts are documents",
    "Try": "what a check is handed for the length of one call",
}
"""Exported classes that are not written as documents, and why."""

DOCUMENTS = [kind for kind in classes() if kind.__name__ not in NO_DOCUMENTS]
PERIOD = '{"schema":1,"kind":"period","value":{"start":"2024-01-31","end":"2024-02-29"}}'


def document(kind: str, value: object, schema: object = 1) -> str:
    """Return a document as somebody else might write it."""
    return json.dumps({"schema": schema, "kind": kind, "value": value})


def amount(text: object) -> dict[str, object]:
    """Return the JSON of a dollar amount."""
    return {"amount": text, "currency": "USD"}


def refusal(text: str | bytes, kind: object) -> str:
    """Return what the codec says to a document that it refuses."""
    with pytest.raises(CodecError) as caught:
        from_json(text, kind)
    return str(caught.value)


@pytest.mark.parametrize("turn", range(6))
@pytest.mark.parametrize("kind", DOCUMENTS, ids=lambda kind: kind.__name__)
def test_every_value_comes_back_the_same(kind: type, turn: int) -> None:
    """Each exported class round-trips with all its fields filled, whatever member a union or an enumeration holds."""
    value = make(kind, turn)
    wanted = kind[Money] if getattr(kind, "__parameters__", ()) else kind
    text = to_json(value)
    again = from_json(text, wanted)
    assert (value, text) == (again, to_json(again))


def test_the_walk_sees_the_whole_core() -> None:
    """Every room is walked, and what is left out is known by name."""
    kinds = list(classes())
    assert set(ROOMS) == {kind.__module__.split(".")[1] for kind in kinds}
    assert set(NO_DOCUMENTS) == {kind.__name__ for kind in kinds} - {kind.__name__ for kind in DOCUMENTS}


@pytest.mark.parametrize("kind", DOCUMENTS, ids=lambda kind: kind.__name__)
def test_no_member_of_a_union_has_a_field_called_kind(kind: type) -> None:
    """A tag and a field of one name could not stand in one object."""
    attrs.resolve_types(kind)
    unions = [field.type for field in attrs.fields(kind) if get_origin(field.type) in (Union, UnionType)]
    values = [[part for part in get_args(union) if attrs.has(part)] for union in unions]
    clashing = [part for members in values if len(members) > 1 for part in members if "kind" in attrs.fields_dict(part)]
    assert [] == clashing


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(7, 2), "3.5"), (Fraction(1, 3), "1/3"), (Fraction(12), "12"), (Fraction(-1, 8), "-0.125")],
)
def test_exact_numbers_are_decimals_where_they_end(value: Fraction, text: str) -> None:
    """A number whose decimals end is written as people write it, another as a fraction."""
    assert text == json.loads(to_json(ExactMoney(value, "USD")))["value"]["amount"]


@pytest.mark.parametrize("text", ["3.5", "7/2", "35/10", "3.50", "007/2"])
def test_both_ways_of_writing_are_read(text: str) -> None:
    """A decimal and a fraction of the same number read alike."""
    assert ExactMoney(Fraction(7, 2), "USD") == from_json(document("exact_money", amount(text)), ExactMoney)


def test_an_uplift_of_many_years_comes_back_exactly() -> None:
    """A number with more decimals than anybody may type in is still written and read exactly."""
    uplifted = ExactMoney(Fraction("9.99") * Fraction("1.03") ** 60, "USD")
    assert uplifted == from_json(to_json(uplifted), ExactMoney)


@pytest.mark.parametrize(
    "text", ["1e3", "1e999999999", "1/0", "0/00", "NaN", "Infinity", " 1", "1_000", "+1", ".5", "1.", "", "½", "\u0661"]
)
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    """Exponents, blanks, other digits and what is not finite do not read as an exact number."""
    assert "$.value.amount: expected an exact number" in refusal(document("exact_money", amount(text)), ExactMoney)


@pytest.mark.parametrize("text", ["abc", "1e3", "NaN", "1/2", ""])
def test_an_amount_that_is_no_number_is_named_by_its_path(text: str) -> None:
    """The words of the decimal module never reach a reader; the path does."""
    said = refusal(document("frozen", {"amount": amount(text)}), Holder)
    assert f"$.value.amount: expected an amount of digits with a point, got {json.dumps(text)}" in said


@attrs.frozen
class Holder:
    """A host's own value with every kind of plain field."""

    kind = "frozen"
    amount: Money | None = None
    share: Decimal | None = None
    either: Money | ExactMoney | None = None
    on: date | None = None
    at: datetime | None = None
    clock: time | None = None
    wait: timedelta | None = None
    pair: tuple[str, int] = ("a", 1)
    words: tuple[str, ...] = ()
    is_on: bool = False
    price: Price | None = None
    parts: tuple[Price, ...] = ()


FULL = Holder(
    amount=Money("1E+3", "USD"),
    share=Decimal("0.125"),
    either=Money("5", "USD"),
    on=date(2024, 2, 29),
    at=datetime(2024, 1, 31, 12, tzinfo=UTC),
    clock=time(9, 30),
    wait=timedelta(days=-1, microseconds=1),
    words=("ä", "網"),
    is_on=True,
    price=Flat(usd("1")),
    parts=(Flat(usd("1")), Graduated((Tier(None, usd("2")),))),
)


@pytest.mark.parametrize("value", [Holder(), FULL, attrs.evolve(FULL, either=ExactMoney(5, "USD"))])
def test_a_class_of_the_host_round_trips(value: Holder) -> None:
    """Whatever plain types a host's own frozen class is made of come back the same."""
    assert value == from_json(to_json(value), Holder)


def test_money_is_written_without_an_exponent() -> None:
    """An amount reads as people write it."""
    assert "1000" == json.loads(to_json(FULL))["value"]["amount"]["amount"]


def test_money_and_exact_money_tell_each_other_apart() -> None:
    """Settled money has no tag, exact money has one."""
    assert [None, "exact_money"] == [
        json.loads(to_json(Holder(either=either)))["value"]["either"].get("kind")
        for either in (usd(5), ExactMoney(5, "USD"))
    ]


@pytest.mark.parametrize(
    ("field", "body", "said"),
    [
        ("amount", "5.00", "$.value.amount: expected an object of amount (text) and currency"),
        ("amount", amount(5), "$.value.amount: expected an object of amount (text) and currency"),
        ("amount", {"amount": "5", "currency": "XXQ"}, "$.value.amount: expected an ISO 4217 currency code"),
        ("either", {"amount": "5"}, "$.value.either: expected an object of amount (text) and currency"),
        ("either", 5, "$.value.either: expected an object of kind exact_money, got 5"),
        ("share", 0.5, "$.value.share: expected a decimal number as text, got 0.5"),
        ("share", "5e1", "$.value.share: expected a decimal number, got 5e1"),
        ("on", "20240131", "$.value.on: expected a date (YYYY-MM-DD), got 20240131"),
        ("on", "2024-02-30", "$.value.on: expected a date (YYYY-MM-DD), got 2024-02-30"),
        ("on", 20240131, "$.value.on: expected a date (YYYY-MM-DD) as text"),
        ("at", "2024-01-31T12:00:00", "$.value.at: expected an instant with its offset"),
        ("at", "noon", "$.value.at: expected an instant, got noon"),
        ("at", "2024-01-31T12:00:00Z[", "$.value.at: expected an instant"),
        ("at", "2024-01-31T12:00:00+01:00[Europe/Atlantis]", "$.value.at: expected an IANA zone name"),
        ("clock", "9h", "$.value.clock: expected a time of day, got 9h"),
        ("wait", "1 day", '$.value.wait: expected int, got "1 day"'),
        ("wait", 1.5, "$.value.wait: expected int, got 1.5"),
        ("pair", ["a"], "$.value.pair: expected a list of 2"),
        ("pair", ["a", True], "$.value.pair[1]: expected int, got true"),
        ("words", "abc", '$.value.words: expected a list, got "abc"'),
        ("words", {"a": 1}, "$.value.words: expected a list"),
        ("words", ["a", 1, None], "$.value.words[1]: expected str, got 1"),
        ("is_on", 1, "$.value.is_on: expected bool, got 1"),
        ("price", {"amount": amount("1")}, "$.value.price: expected an object of kind "),
        ("price", {"kind": ["flat"]}, "$.value.price: expected an object of kind "),
        ("price", {"kind": "flat", "amount": amount("x")}, "$.value.price.amount.amount: expected an exact number"),
        ("parts", [{"kind": "flat", "amount": 3}], "$.value.parts[0].amount: expected an object, got 3"),
        ("parts", [{"kind": "flat"}], "$.value.parts[0].amount: required field 'amount' missing"),
    ],
)
def test_what_does_not_read_is_named_by_its_path(field: str, body: object, said: str) -> None:
    """A wrong type, a missing field and a wrong text each say where they stand and what belongs there."""
    assert said in refusal(document("frozen", {field: body}), Holder)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"start": "2024-01-31"}, "$.value.end: required field 'end' missing"),
        ({"start": "2024-01-31", "end": "2024-02-29", "b": 1, "a": 2}, "$.value: unknown field 'a', 'b'"),
        ("[2024-01-31, 2024-02-29)", "$.value: expected an object"),
        ([1] * 60, "..."),
        ({"start": "2024-02-29", "end": "2024-01-31"}, "$.value: expected a period of at least one day"),
    ],
)
def test_a_value_that_is_wrong_as_a_whole_is_named(value: object, said: str) -> None:
    """Missing and unknown fields, another shape, and what the class itself refuses."""
    assert said in refusal(document("period", value), Period)


def test_all_that_is_wrong_is_said_at_once() -> None:
    """Two faults of a document are two places in one message."""
    said = refusal(document("period", {"start": 1, "end": 2}), Period)
    assert all(path in said for path in ("$.value.start: ", "$.value.end: "))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        '{"schema":1}',
        b"\xff",
        document("period", {}) + "x",
        PERIOD.replace('"schema":1,', ""),
        "[" * 100_000,
    ],
)
def test_what_is_no_document_is_refused(text: str | bytes) -> None:
    """Text that is no JSON, is too deep, or has another envelope, is a codec error and never another one."""
    assert "expected" in refusal(text, Period)


@pytest.mark.parametrize("schema", [0, 2, "1", True, None, 1.0])
def test_a_later_schema_is_refused(schema: object) -> None:
    """A document of a version that we do not know says which we read."""
    assert "expected schema 1 to 1 at $.schema" in refusal(document("period", {}, schema), Period)


@pytest.mark.parametrize("tag", ["span", None, 3])
def test_another_kind_than_asked_for_is_refused(tag: str) -> None:
    """Whoever asks for a period does not get a span."""
    assert "expected kind period at $.kind" in refusal(document(tag, {}), Period)


def test_bytes_are_read_too() -> None:
    """A document may come as UTF-8 bytes."""
    assert from_json(PERIOD, Period) == from_json(PERIOD.encode(), Period)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (pendulum.datetime(2024, 1, 31, 1), "2024-01-31T01:00:00Z"),
        (datetime(2024, 1, 31, 1, tzinfo=UTC), "2024-01-31T01:00:00Z"),
        (pendulum.datetime(2024, 1, 31, 1, 0, 0, 7), "2024-01-31T01:00:00.000007Z"),
        (MOMENT, "2024-01-31T09:00:00+08:00[Asia/Taipei]"),
        (datetime(2024, 1, 31, 9, tzinfo=ZoneInfo("Asia/Taipei")), "2024-01-31T09:00:00+08:00[Asia/Taipei]"),
        (datetime(2024, 1, 31, 9, tzinfo=timezone(timedelta(hours=8))), "2024-01-31T09:00:00+08:00"),
    ],
)
def test_an_instant_keeps_its_zone(value: datetime, text: str) -> None:
    """UTC is Z, a zone stands in brackets (RFC 9557), an offset stands alone; each comes back in its own zone."""
    written = to_json(Pending(value))
    until = from_json(written, Pending).until
    assert until is not None
    assert (text, value, value.utcoffset()) == (json.loads(written)["value"]["until"], until, until.utcoffset())


@pytest.mark.parametrize("fold", [0, 1])
def test_the_second_of_two_equal_hours_stays_the_second(fold: int) -> None:
    """In the hour that clocks show twice the offset tells which is meant."""
    value = datetime(2024, 11, 3, 1, 30, tzinfo=ZoneInfo("America/New_York"), fold=fold)
    until = from_json(to_json(Pending(value)), Pending).until
    assert until is not None
    assert (value.utcoffset(), value.astimezone(UTC)) == (until.utcoffset(), until.astimezone(UTC))


@pytest.mark.parametrize(("name", "tag"), [("PerUnit", "per_unit"), ("Flat", "flat"), ("Act360Rule", "act360_rule")])
def test_a_tag_is_the_name_in_snake_case(name: str, tag: str) -> None:
    """Words of a class name are told apart by their capitals."""
    assert tag == kind_of(type(name, (), {}))


def test_a_class_may_name_its_own_tag() -> None:
    """A class attribute called kind goes before the name; a field of that name is no tag."""
    assert ["frozen", "fact"] == [kind_of(Holder), kind_of(Fact)]


def test_a_generic_value_is_read_with_its_parameter() -> None:
    """A change of settled money is asked for as Change[Money]."""
    change = Change(usd("1"), usd("2"), lines=())
    assert ("change", change) == (kind_of(Change[Money]), from_json(to_json(change), Change[Money]))


@attrs.frozen
class Donation:
    """A price of the host's own."""

    suggested: Money

    @property
    def currency(self) -> Currency:
        """The currency of what is suggested."""
        return self.suggested.currency

    def quote(self, quantity: object, *, since: object = 0) -> Quote:
        """Quote what is suggested."""
        return Quote(ExactMoney(Fraction(self.suggested.amount), self.currency), ())


def sold(price: object) -> Subscription:
    """Return a contract over a price."""
    return Subscription("s1", "c1", items=(Item("gift", price),), cycle=BillingCycle(DAY, MONTHLY))


def test_a_registered_price_of_the_host_stands_wherever_a_price_may() -> None:
    """A contract over the host's own price round-trips, and so does the price asked for as a Price."""
    assert Donation is register(register(Donation))
    contract, price = sold(Donation(usd("5"))), Donation(usd("5"))
    assert (contract, price) == (from_json(to_json(contract), Subscription), from_json(to_json(price), Price))


@attrs.frozen
class Stranger(Donation):
    """A price that nobody registered."""


def test_a_class_that_nobody_registered_is_refused_when_it_is_written() -> None:
    """What could not be read again is not written."""
    with pytest.raises(CodecError, match=r"got Stranger: register the class"):
        to_json(sold(Stranger(usd("5"))))


def test_a_class_under_the_tag_of_another_is_refused_when_it_is_written() -> None:
    """A host's own `Flat` would come back as ours."""
    impostor = attrs.make_class("Flat", {"amount": attrs.field(type=Money)}, bases=(Donation,), frozen=True)
    with pytest.raises(CodecError, match=r"a `kind` of its own"):
        to_json(sold(impostor(usd("5"), usd("5"))))


@pytest.mark.parametrize(
    "kind",
    [int, type("Plain", (), {}), attrs.make_class("Tagged", ["kind"]), attrs.make_class("Donation", ["a"], slots=True)],
)
def test_what_cannot_be_registered_is_refused(kind: type) -> None:
    """No attrs class, a field called kind, and a tag that is taken are refused."""
    register(Donation)
    with pytest.raises(ConfigurationError):
        register(kind)


def test_the_same_value_gives_the_same_text() -> None:
    """A document may be compared and hashed as text."""
    assert to_json(samples.contract()) == to_json(samples.contract())


def test_a_document_is_json_that_people_can_read() -> None:
    """Names in other scripts stand as they are."""
    assert "王小明" in to_json(samples.customer())


def test_a_fault_without_words_is_named_by_its_class() -> None:
    """Whatever a host's converter raises is said, if only by its name."""

    def fail(_: object) -> str:
        raise LookupError

    silent = attrs.make_class("Silent", {"word": attrs.field(type=str, converter=fail)})
    assert "$.value: LookupError" in refusal(document("silent", {"word": "a"}), silent)


def test_an_invoice_in_all_its_states_comes_back() -> None:
    """Payments, attempts and retries of an invoice round-trip."""
    bill = samples.invoice(samples.contract())
    for value in (bill, samples.paid(bill), samples.attempted(bill)):
        assert value == from_json(to_json(value), Invoice)
