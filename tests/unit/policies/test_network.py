"""What networks, clearing houses and regulators allow, rule by rule."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import attrs
import pendulum
import pytest

from renewkit.errors import ConfigurationError, HistoryError, RangeError
from renewkit.policies.network import NetworkAct, NetworkRule, NetworkRules, Verdict, packaged_rules, remembered
from renewkit.policies.retry import AskCustomer, GiveUp, RetryAt
from renewkit.values.decline import Attempt, CustomerAction, Decline, Instrument, classify
from renewkit.values.money import money, usd

NOW = pendulum.datetime(2026, 3, 2, 12)
DAY = timedelta(days=1)
MONTH = timedelta(days=30)
SOFT = classify("stripe", "insufficient_funds")
RULES = NetworkRules()


def made(*back: timedelta, decline: Decline | None = SOFT, **more: object) -> list[Attempt]:
    """Make attempts so long before now, the oldest first."""
    return [Attempt(NOW - wait, decline, "pm", **more) for wait in sorted(back, reverse=True)]  # type: ignore[arg-type]  # amount or merchant


def check(network: str, attempts: list[Attempt], *, number: int = 2, when: datetime = NOW, **more: object) -> Verdict:
    """Ask about a retry on an instrument of a network."""
    first = attempts[0].at if attempts else None
    region = more.pop("region", None)
    card = Instrument("pm", network, region=region)  # type: ignore[arg-type]  # a region or None
    decision = RetryAt(when, number, first=first)
    return RULES.check(decision, on_instrument=attempts, instrument=card, now=NOW, **more)  # type: ignore[arg-type]  # options of several types


def said(verdict: Verdict) -> tuple[bool, str | None]:
    """Take the answer and its reason."""
    return verdict.is_allowed, verdict.reason


@pytest.mark.parametrize(("count", "expected"), [(20, (True, None)), (21, (False, "cap_30d"))])
def test_visa_allows_twenty_reattempts(count: int, expected: tuple[bool, str | None]) -> None:
    """After twenty reattempts in 30 days the next one is refused; the first decline is none."""
    attempts = made(*(timedelta(hours=k) for k in range(count)))
    assert expected == said(check("visa", attempts))


def test_a_success_is_followed_by_no_reattempt() -> None:
    """A try that follows a charge that went through is no reattempt."""
    paid = made(*(timedelta(hours=k) for k in range(1, 40)), decline=None)
    assert check("visa", [*paid, *made(timedelta(0))]).is_allowed


def test_a_full_window_names_when_it_frees() -> None:
    """A refusal by count says from when there is room again."""
    attempts = made(*(timedelta(hours=k) for k in range(21)))
    assert attempts[1].at + MONTH + timedelta(seconds=1) == check("visa", attempts).not_before


def test_limits_are_effective_dated() -> None:
    """Before 25 May 2025 Visa's limit was fifteen."""
    on = [
        [rule.limit for rule in RULES.binding("visa", "US", on=day)] for day in (date(2025, 5, 24), date(2025, 5, 25))
    ]
    assert [[0, 15], [0, 20]] == on


def test_mastercard_refuses_after_ten_declines_a_day() -> None:
    """Nine declines in 24 hours leave one try, ten leave none."""
    nine, ten = (made(*(timedelta(hours=k) for k in range(count))) for count in (9, 10))
    assert ((True, None), (False, "cap_24h")) == (said(check("mastercard", nine)), said(check("mastercard", ten)))


def test_brazil_is_stricter() -> None:
    """In Brazil seven declines a day are enough."""
    seven = made(*(timedelta(hours=k) for k in range(7)))
    assert (False, "cap_24h") == said(check("mastercard", seven, region="BR"))


def test_mastercard_counts_an_amount_alone() -> None:
    """35 declines of one amount in 30 days refuse that amount, not another."""
    attempts = made(*(timedelta(hours=19 * k) for k in range(35)), amount=usd("10"))
    same, other = (check("mastercard", attempts, amount=usd(amount)) for amount in ("10", "11"))
    assert ((False, "cap_30d"), (True, None)) == (said(same), said(other))


def test_the_fee_of_a_forbidden_attempt_is_told() -> None:
    """The verdict names what the network would charge, and who says so."""
    attempts = made(*(timedelta(hours=19 * k) for k in range(35)))
    verdict = check("mastercard", attempts)
    assert (usd("0.50"), "mastercard-30d") == (verdict.fee, verdict.rule)
    assert "braintree" in (verdict.source or "")


@pytest.mark.parametrize(
    ("network", "decline", "reason"),
    [
        ("visa", classify("iso8583", "41"), "category_1"),
        ("visa", classify("stripe", "do_not_honor", advice="1"), "category_1"),
        ("mastercard", classify("stripe", "do_not_honor", advice="03"), "advice_never"),
        ("mastercard", classify("stripe", "do_not_honor", advice="21"), "advice_never"),
        ("mastercard", classify("stripe", "stolen_card"), "never"),
        ("ach", classify("ach", "R02"), "code"),
        ("bacs", classify("bacs", "ARUDD-1"), "code"),
        ("sepa_sdd", classify("sepa_sdd", "AC04"), "code"),
    ],
)
def test_never_is_final(network: str, decline: Decline, reason: str) -> None:
    """A refusal for good has no time from which it would be allowed."""
    verdict = check(network, made(timedelta(minutes=1), decline=decline))
    assert (False, reason, None) == (verdict.is_allowed, verdict.reason, verdict.not_before)


def test_an_unnamed_network_counts_as_any_card() -> None:
    """Where nobody says whose card it is, the stricter rule holds."""
    attempts = made(*(timedelta(hours=k) for k in range(10)))
    card = Instrument("pm")
    verdict = RULES.check(RetryAt(NOW, 2), on_instrument=attempts, instrument=card, now=NOW)
    assert "cap_24h" == verdict.reason


def test_the_callers_network_replaces_the_instruments() -> None:
    """A network that is named in the call is the one that counts."""
    attempts = made(*(timedelta(hours=k) for k in range(10)))
    verdict = RULES.check(
        RetryAt(NOW, 2), on_instrument=attempts, instrument=Instrument("pm", "mastercard"), now=NOW, network="visa"
    )
    assert verdict.is_allowed


@pytest.mark.parametrize(("field", "value"), [("merchant", "other"), ("instrument", "pm_2")])
def test_other_merchants_and_instruments_do_not_count(field: str, value: str) -> None:
    """Attempts at another merchant or on another card are not counted."""
    attempts = [attrs.evolve(each, **{field: value}) for each in made(*(timedelta(hours=k) for k in range(10)))]
    assert check("mastercard", attempts, merchant="ours").is_allowed


def test_attempts_that_say_nothing_count() -> None:
    """An attempt without instrument or merchant counts against every one."""
    attempts = [attrs.evolve(each, instrument=None) for each in made(*(timedelta(hours=k) for k in range(10)))]
    assert not check("mastercard", attempts, merchant="ours").is_allowed


@pytest.mark.parametrize(("number", "expected"), [(3, (True, None)), (4, (False, "cap_count"))])
def test_ach_is_represented_twice(number: int, expected: tuple[bool, str | None]) -> None:
    """Two re-presentments of one entry are allowed, the third is not."""
    attempts = made(DAY, decline=classify("ach", "R01"))
    assert expected == said(check("ach", attempts, number=number))


@pytest.mark.parametrize(("days", "expected"), [(180, (True, None)), (181, (False, "window"))])
def test_ach_ends_after_180_days(days: int, expected: tuple[bool, str | None]) -> None:
    """Day 180 still counts, by the calendar."""
    attempts = made(timedelta(0), decline=classify("ach", "R09"))
    assert expected == said(check("ach", attempts, when=NOW + days * DAY))


def test_a_processors_lack_of_funds_is_an_ach_return() -> None:
    """A processor that passes no return code on is read by the cause."""
    assert check("ach", made(DAY)).is_allowed


def test_without_a_known_decline_a_code_is_not_missed() -> None:
    """A rule that wants a certain return code has nothing to judge in an empty history."""
    assert check("ach", []).is_allowed


def test_bacs_after_three_working_days_needs_a_notice() -> None:
    """Within three working days of the first collection no notice is needed; later ten working days are."""
    attempts = made(timedelta(0), decline=classify("bacs", "ARUDD-0"))
    soon, late = (check("bacs", attempts, when=NOW + days * DAY) for days in (3, 4))
    assert ((True, None), (False, "notice")) == (said(soon), said(late))
    assert "2026-03-16" == (late.not_before or NOW).to_date_string()


def test_a_bank_may_agree_to_a_shorter_notice() -> None:
    """The agreed length replaces the ten working days."""
    attempts = made(timedelta(0), decline=classify("bacs", "ARUDD-0"))
    verdict = check("bacs", attempts, when=NOW + 4 * DAY, notice_lead=5 * DAY)
    assert NOW.add(days=5) == verdict.not_before


@pytest.mark.parametrize(("lead", "hours"), [(None, 24), (timedelta(hours=26), 26), (timedelta(hours=1), 24)])
def test_india_wants_a_notice_before_each_debit(lead: timedelta | None, hours: int) -> None:
    """24 hours pass between a notice that goes out now and the debit; a longer buffer is kept, a shorter one is not."""
    verdict = check("visa", made(DAY), region="IN", notice_lead=lead)
    assert NOW.add(hours=hours) == verdict.not_before


def test_india_authenticates_large_debits() -> None:
    """Above the limit the payer must authenticate; other currencies are not judged."""
    large = check("visa", made(DAY), region="IN", amount=money("15001", "INR"), when=NOW + 2 * DAY)
    small = check("visa", made(DAY), region="IN", amount=money("15000", "INR"), when=NOW + 2 * DAY)
    other = check("visa", made(DAY), region="IN", amount=usd("20000"), when=NOW + 2 * DAY)
    assert [CustomerAction.AUTHENTICATE, "authentication"] == [large.action, large.reason]
    assert (True, True) == (small.is_allowed, other.is_allowed)


@pytest.mark.parametrize(
    ("days", "number", "expected"),
    [
        (1, 2, (True, None)),
        (7, 4, (True, None)),
        (8, 2, (False, "window")),
        (1, 5, (False, "cap_count")),
    ],
)
def test_pix_allows_three_tries_in_seven_days(days: int, number: int, expected: tuple[bool, str | None]) -> None:
    """Three tries within seven days after the due day."""
    assert expected == said(check("pix_automatico", made(timedelta(0)), number=number, when=NOW + days * DAY))


def test_pix_wants_different_days() -> None:
    """A second try on one day waits for the next day in Brazil."""
    verdict = check("pix_automatico", made(timedelta(hours=1)))
    assert pendulum.datetime(2026, 3, 3, tz="America/Sao_Paulo") == verdict.not_before
    unseen = RULES.check(
        RetryAt(NOW, 2, first=NOW), on_instrument=[], instrument=Instrument("pm", "pix_automatico"), now=NOW
    )
    assert "same_day" == unseen.reason


@pytest.mark.parametrize(("day", "expected"), [(4, (True, None)), (7, (True, None)), (8, (False, "window"))])
def test_alipay_stays_in_its_window(day: int, expected: tuple[bool, str | None]) -> None:
    """From three days before the due day to the due day in China."""
    verdict = check("alipay_cycle", made(timedelta(0)), when=pendulum.datetime(2026, 3, day, 2), due=date(2026, 3, 7))
    assert expected == said(verdict)


def test_alipay_waits_for_its_window() -> None:
    """A try before the window is delayed to its first day."""
    verdict = check("alipay_cycle", made(timedelta(0)), due=date(2026, 3, 7))
    assert pendulum.datetime(2026, 3, 4, tz="Asia/Shanghai") == verdict.not_before


def test_without_a_due_day_alipay_has_one_day() -> None:
    """Where the due day is not told, only the day of the first attempt is known to be inside."""
    same, next_day = (check("alipay_cycle", made(timedelta(hours=1)), when=NOW + wait) for wait in (timedelta(0), DAY))
    assert (True, "window") == (same.is_allowed, next_day.reason)


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (time(9, 59), None),
        (time(10), time(13)),
        (time(17), time(21, 30)),
        (time(23, 59), None),
    ],
)
def test_upi_stays_out_of_the_peak(hour: time, expected: time | None) -> None:
    """Outside its hours a try waits for the next stretch of the day in India."""
    when = pendulum.datetime(2026, 3, 3, hour.hour, hour.minute, tz="Asia/Kolkata")
    verdict = check("upi_autopay", made(DAY), when=when)
    found = None if verdict.not_before is None else verdict.not_before.in_timezone("Asia/Kolkata").time()
    assert expected == found


def test_a_day_without_a_later_stretch_waits_for_tomorrow() -> None:
    """After the last stretch of the day comes the first of the next."""
    rule = NetworkRule("ours", NetworkAct.CLOCK, codes=("08:00-10:00",), reason="hours")
    verdict = NetworkRules((rule,)).check(
        RetryAt(NOW, 2), on_instrument=made(DAY), instrument=Instrument("pm", "own"), now=NOW
    )
    assert pendulum.datetime(2026, 3, 3, 8) == verdict.not_before


def test_timed_advice_is_kept() -> None:
    """Advice 24 waits an hour of elapsed time."""
    attempts = made(timedelta(minutes=10), decline=classify("iso8583", "51", advice="24"))
    early, late = (check("mastercard", attempts, when=NOW + wait) for wait in (timedelta(0), timedelta(minutes=50)))
    assert (("advice_wait", NOW.add(minutes=50)), True) == ((early.reason, early.not_before), late.is_allowed)


def test_delays_add_up() -> None:
    """A retry that one rule delays into the reach of another is delayed by both."""
    attempts = made(
        *(timedelta(hours=k, minutes=10) for k in range(10)), decline=classify("iso8583", "51", advice="24")
    )
    verdict = check("mastercard", attempts)
    assert NOW.add(hours=24 - 9, minutes=-10, seconds=1) == verdict.not_before


def test_guard_delays_and_says_why() -> None:
    """A guarded retry carries the new time, the old reason and the rule."""
    attempts = made(*(timedelta(hours=k) for k in range(10)))
    card = Instrument("pm", "mastercard")
    guarded = RULES.guard(RetryAt(NOW, 2, why="rung 1"), on_instrument=attempts, instrument=card, now=NOW)
    assert isinstance(guarded, RetryAt)
    assert guarded.when > NOW
    assert guarded.why.startswith("rung 1; delayed by mastercard-24h: cap_24h")


def test_guard_gives_up_past_the_end() -> None:
    """A delay past the end of retries ends them."""
    attempts = made(*(timedelta(hours=k) for k in range(10)))
    decision = RetryAt(NOW, 2, until=NOW.add(hours=2))
    guarded = RULES.guard(decision, on_instrument=attempts, instrument=Instrument("pm", "mastercard"), now=NOW)
    assert isinstance(guarded, GiveUp)
    assert "too_late" == guarded.reason


@pytest.mark.parametrize(
    ("decline", "expected"),
    [
        (classify("stripe", "stolen_card"), AskCustomer),
        (classify("stripe", "fraudulent"), GiveUp),
    ],
)
def test_guard_asks_where_the_customer_can_act(decline: Decline, expected: type) -> None:
    """A refusal for good asks for another method where that helps, and ends where nothing does."""
    attempts = made(DAY, decline=decline)
    guarded = RULES.guard(RetryAt(NOW, 2), on_instrument=attempts, instrument=Instrument("pm", "visa"), now=NOW)
    assert expected is type(guarded)


def test_a_count_that_is_used_up_is_given_up() -> None:
    """A refusal for good by count asks nobody for anything."""
    attempts = made(DAY, decline=classify("ach", "R01"))
    guarded = RULES.guard(RetryAt(NOW, 4), on_instrument=attempts, instrument=Instrument("pm", "ach"), now=NOW)
    assert isinstance(guarded, GiveUp)
    assert "cap_count" == guarded.reason


@pytest.mark.parametrize(
    "decision", [GiveUp("exhausted"), AskCustomer(CustomerAction.AUTHENTICATE), RetryAt(NOW, 1), RetryAt(NOW, 2)]
)
def test_guard_leaves_the_rest_alone(decision: RetryAt | AskCustomer | GiveUp) -> None:
    """What is no retry, a first attempt, and a retry within every rule pass as they are."""
    card = Instrument("pm", "visa")
    assert decision == RULES.guard(decision, on_instrument=made(DAY), instrument=card, now=NOW)


def test_an_attempt_of_the_future_is_refused() -> None:
    """History later than now is the caller's mistake."""
    with pytest.raises(HistoryError, match="in the past"):
        check("visa", [Attempt(NOW.add(days=1), SOFT, "pm")])


def test_first_is_found_in_the_history() -> None:
    """A decision that does not say when the first attempt was is read from the latest attempts."""
    card = Instrument("pm", "ach")
    old = made(timedelta(days=200), decline=classify("ach", "R01"))
    verdict = RULES.check(RetryAt(NOW, 2), on_instrument=old, instrument=card, now=NOW)
    nothing = RULES.check(RetryAt(NOW, 2), on_instrument=[], instrument=card, now=NOW)
    assert ("window", True) == (verdict.reason, nothing.is_allowed)


def test_own_rules_are_added_and_replace() -> None:
    """A host adds rules, and replaces one by its id."""
    stricter = attrs.evolve(RULES.rule("visa-reattempts"), limit=15)
    extra = NetworkRule("bank", NetworkAct.CAP_ENTRY, network="visa", limit=1, reason="bank")
    rules = NetworkRules((stricter, extra))
    assert (15, True) == (rules.rule("visa-reattempts").limit, extra in rules.binding("visa", None, on=NOW.date()))
    for_all = [rule for rule in packaged_rules() if not rule.merchants]
    assert len(for_all) == len(NetworkRules((stricter,), switched_on=("upi-count",)).rules)


def test_rules_of_low_confidence_are_off() -> None:
    """A rule from memory is off until it is switched on."""
    on = NetworkRules(switched_on=("upi-count",))
    ids = [[rule.id for rule in rules.binding("upi_autopay", "IN", on=NOW.date())] for rules in (RULES, on)]
    assert [False, True] == ["upi-count" in each for each in ids]


def test_a_cap_of_nothing_refuses() -> None:
    """A rolling cap of 0 has no time at which a retry fits."""
    rule = NetworkRule("none", NetworkAct.CAP_DECLINES, limit=0, window=DAY, reason="none")
    verdict = NetworkRules((rule,)).check(
        RetryAt(NOW, 2), on_instrument=made(DAY), instrument=Instrument("pm", "own"), now=NOW
    )
    assert (False, None) == (verdict.is_allowed, verdict.not_before)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: NetworkRule("x", NetworkAct.CAP_DECLINES, limit=1, reason="x"), ConfigurationError),
        (lambda: NetworkRule("x", NetworkAct.ONLY, reason="x"), ConfigurationError),
        (lambda: NetworkRule("x", NetworkAct.CAP_ENTRY, limit=-1, reason="x"), RangeError),
        (lambda: NetworkRule("x", NetworkAct.NOTICE, window=-DAY, reason="x"), ConfigurationError),
        (
            lambda: NetworkRule("x", NetworkAct.ONE_A_DAY, reason="x", since=date(2026, 1, 1), until=date(2026, 1, 1)),
            ConfigurationError,
        ),
        (lambda: NetworkRules([NetworkRule("x", NetworkAct.ONE_A_DAY, reason="x")] * 2), ConfigurationError),
        (lambda: NetworkRules(switched_on=("no-such-rule",)), ConfigurationError),
    ],
)
def test_bad_rules_are_refused(make: Callable[[], object], error: type[Exception]) -> None:
    """A rule that lacks what it needs, or is never in force, is refused."""
    with pytest.raises(error, match="expected"):
        make()


def test_rules_that_never_agree_end() -> None:
    """Two rules that hand a retry to and fro for ever end in a refusal, not in a loop."""
    stretches = [
        NetworkRule(f"only-{name}", NetworkAct.CLOCK, codes=(code,), reason=name)
        for name, code in (("early", "08:00-09:00"), ("late", "10:00-11:00"))
    ]
    verdict = NetworkRules(stretches).check(
        RetryAt(NOW, 2), on_instrument=made(DAY), instrument=Instrument("pm", "own"), now=NOW
    )
    assert (False, None) == (verdict.is_allowed, verdict.not_before)


def test_every_rule_has_a_source() -> None:
    """Every packaged rule names its source, its confidence and a reason."""
    assert all(
        rule.source and rule.reason and rule.confidence in {"high", "medium", "low"} for rule in packaged_rules()
    )


def test_the_day_of_a_rule_is_its_own() -> None:
    """A rule without days is always in force."""
    assert NetworkRule("x", NetworkAct.ONE_A_DAY, reason="x").holds_on(datetime(1999, 1, 1, tzinfo=UTC).date())


@pytest.mark.parametrize(
    ("merchant_class", "rupees", "is_allowed"),
    [(None, 15_000, True), (None, 15_001, False), ("insurance", 100_000, True), ("insurance", 100_001, False)],
)
def test_a_class_of_merchants_has_a_limit_of_its_own(merchant_class: str | None, rupees: int, is_allowed: bool) -> None:
    """Above INR 15,000 the payer authenticates each debit, a premium of an insurance only above 100,000."""
    rules, card = NetworkRules(merchant_class=merchant_class), Instrument("pm", "visa", region="IN")
    verdict = rules.check(
        RetryAt(NOW, 1), on_instrument=(), instrument=card, now=NOW, amount=money(rupees, "INR"), is_noticed=True
    )
    wanted = CustomerAction.NONE if is_allowed else CustomerAction.AUTHENTICATE
    assert (is_allowed, wanted) == (verdict.is_allowed, verdict.action)


def test_a_notice_that_was_given_is_not_asked_for_again() -> None:
    """The debit of which the payer was told in time may be made; the next one needs a notice of its own."""
    noticed, unheard = check("visa", [], region="IN", is_noticed=True), check("visa", [], region="IN")
    assert (True, False, NOW + DAY) == (noticed.is_allowed, unheard.is_allowed, unheard.not_before)


def test_a_first_charge_is_not_judged_as_a_retry() -> None:
    """What ends the retries of one invoice leaves the first charge of the next one alone."""
    returned = made(DAY, decline=classify("ach", "R08"))
    retry, fresh = check("ach", returned), check("ach", returned, number=1)
    assert ((False, "code"), (True, None)) == (said(retry), said(fresh))


def test_a_first_charge_heeds_what_counts_on_the_instrument() -> None:
    """Ten declines in a day delay the first charge of another invoice, and a stolen card is not charged at all."""
    full = made(*(timedelta(hours=k) for k in range(10)))
    stolen = made(DAY, decline=classify("stripe", "stolen_card"))
    assert [(False, "cap_24h"), (False, "never")] == [
        said(check("mastercard", past, number=1)) for past in (full, stolen)
    ]


def test_a_charge_under_way_uses_up_the_cap() -> None:
    """Nine declines and a charge without an answer may be ten declines."""
    nine = made(*(timedelta(hours=k) for k in range(1, 10)))
    waiting = [Attempt(NOW, None, "pm"), Attempt(NOW, None, "another")]
    verdict = check("mastercard", nine, under_way=waiting)
    assert (False, "cap_24h") == said(verdict)
    assert check("mastercard", nine, under_way=waiting[1:]).is_allowed


def test_a_charge_under_way_says_nothing_but_its_number() -> None:
    """It is no decline that forbids anything."""
    returned = made(DAY, decline=classify("ach", "R01"))
    assert check("ach", returned, under_way=[Attempt(NOW, None, "pm")]).is_allowed


@pytest.mark.parametrize(
    ("card", "wants", "free"),
    [
        (Instrument("pm", "visa", region="US"), False, 15),
        (Instrument("pm", "mastercard", region="BR"), False, 7),
        (Instrument("pm", "own"), False, 1_000_000),
        (Instrument("pm", "visa", region="IN"), True, 0),
        (Instrument("pm", "alipay_cycle"), False, 0),
    ],
)
def test_what_may_speak_against_first_charges_is_known(card: Instrument, wants: bool, free: int) -> None:
    """Up to the smallest cap of any time nobody has to look, unless a rule concerns every debit."""
    assert (wants, free) == (RULES.notice_lead(card, on=NOW.date()) is not None, RULES.free_charges(card))


def test_a_cap_of_nothing_leaves_no_charge_free() -> None:
    """It never has room."""
    rule = NetworkRule("none", NetworkAct.CAP_DECLINES, limit=0, window=DAY, reason="none")
    assert 0 == NetworkRules((rule,)).free_charges(Instrument("pm", "own"))


def test_memory_is_as_long_as_the_longest_window() -> None:
    """A rule of the host's own may look back further than the packaged ones."""
    year = NetworkRule("year", NetworkAct.CAP_DECLINES, limit=50, window=timedelta(days=365), reason="year")
    assert (180, 365) == (RULES.memory.days, NetworkRules((year,)).memory.days)


def test_an_allowed_retry_is_left_as_it_is() -> None:
    """A verdict corrects only what it refuses."""
    asked = RetryAt(NOW, 2)
    assert asked is Verdict(is_allowed=True).correct(asked)


def test_only_what_rules_can_count_is_remembered() -> None:
    """Declines and the tries right after them, as long as a rule looks back."""
    declined, paid = Attempt(NOW, SOFT, "pm"), Attempt(NOW + DAY, None, "pm")
    log = remembered((), declined, among=())
    followed = remembered(log, paid, among=log)
    again = Attempt(NOW + 2 * DAY, None, "pm")
    assert (declined, paid) == followed == remembered(followed, again, among=followed)
    late = Attempt(NOW + timedelta(days=181), None, "pm")
    assert (paid,) == remembered(followed, late, among=followed)


def test_a_success_after_a_decline_of_another_log_is_remembered() -> None:
    """It is a reattempt, whichever contract made it; on another instrument it is none."""
    declined, paid = Attempt(NOW, SOFT, "pm"), Attempt(NOW + DAY, None, "pm")
    assert ((paid,), ()) == (
        remembered((), paid, among=[declined]),
        remembered((), attrs.evolve(paid, instrument="pm_2"), among=[declined]),
    )


def test_a_refusal_for_good_outlives_another_decline() -> None:
    """A stolen card stays stolen though another contract met a softer decline since, until it pays."""
    stolen = made(2 * DAY, decline=classify("stripe", "stolen_card"))
    soft, paid = made(DAY), made(DAY / 2, decline=None)
    assert [(False, "never"), (True, None)] == [
        said(check("visa", past)) for past in ([*stolen, *soft], [*stolen, *soft, *paid])
    ]
