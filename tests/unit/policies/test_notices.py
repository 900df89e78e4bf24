"""The duty to give notice: which rules apply, what a plan misses, and how it is completed."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path

import attrs
import pytest

from renewkit.codec import from_json, to_json
from renewkit.errors import ConfigurationError, NotFoundError
from renewkit.policies.reminders import (
    INSURANCE,
    KNOWN_RULES,
    SOFTWARE,
    Conditions,
    Confidence,
    NoticeRule,
    NoticeRules,
    Reminder,
    ReminderPlan,
    Topic,
)
from renewkit.policies.reminders.sharing import common_window
from renewkit.values.facts import ContractFacts
from renewkit.values.offsets import (
    Anchor,
    Window,
    business_days_before,
    days_before,
    hours_before,
    months_before,
    on_the_day,
)
from renewkit.values.problem import Severity
from renewkit.values.recipient import Recipient

RULES = NoticeRules()
NONE = ReminderPlan()
ADA = Recipient("America/Los_Angeles")
CALIFORNIA = ContractFacts(
    "s1", ADA, anchors={Anchor.RENEWAL: date(2027, 3, 1)}, places=("US-CA",), term_months=12, renewal_months=12
)
VISA_TRIAL = ContractFacts("s1", ADA, anchors={Anchor.CHARGE: date(2026, 5, 31)}, rails=("visa",), trial_days=14)
SEPA = ContractFacts("s1", Recipient("Europe/Berlin"), anchors={Anchor.CHARGE: date(2026, 4, 7)}, rails=("sepa_sdd",))
MERGED = Window(days_before(20), days_before(10))


def rule(id: str = "ours", window: Window | None = MERGED, **options: object) -> NoticeRule:
    """Return a rule about renewals that applies to everybody."""
    given = {"anchor": Anchor.RENEWAL, "topic": Topic.RENEWAL, "source": f"source of {id}"} | options
    return NoticeRule(id, "A rule of the house", window=window, **given)  # type: ignore[arg-type]  # any option


def codes(rules: NoticeRules, plan: ReminderPlan, facts: ContractFacts, now: datetime | None = None) -> list[str]:
    """Return the codes of the problems found."""
    return [problem.code for problem in rules.check(plan, facts, now=now)]


# The rules that we ship


def test_rules_of_low_confidence_are_disabled() -> None:
    """What was written from memory obliges nobody until somebody confirms it."""
    assert all(not each.enabled for each in KNOWN_RULES if each.confidence is Confidence.LOW)


def test_a_rule_that_is_not_in_force_is_disabled() -> None:
    """The United Kingdom's duty has no window yet."""
    assert (None, False) == (RULES.rule("uk-dmcc").window, RULES.rule("uk-dmcc").enabled)


def test_every_rule_names_its_source() -> None:
    """A problem without a source convinces nobody."""
    assert all(len(each.source) > 10 for each in KNOWN_RULES)


NO_NOTICE = {
    "us-ftc-click": "vacated on 2025-07-08",
    "us-rege-stop": "a right of the payer to stop a debit",
    "in-afa": "an authentication limit",
    "de-309": "a limit of terms; no reminder is owed",
    "br-pix-auto-retry": "a limit of retries",
    "alipay-window": "a debit window",
    "grace-cn-life": "a grace period",
    "grace-tw-life": "a grace period",
    "grace-us-life": "a grace period",
    "grace-us-aca": "a grace period",
    "us-tcpa-hours": "contact hours",
    "us-fl-hours": "contact hours",
    "us-tx-hours": "contact hours",
    "in-trai-hours": "contact hours",
    "us-regf": "a limit of calls by third-party collectors",
    "us-canspam": "an opt-out",
}
"""Entries of the published research that are no duty to give notice, and what they are."""


def test_every_published_duty_is_a_rule(shared: Path) -> None:
    """Each entry of the research is a rule of ours, or is no duty to give notice for a written reason."""
    published = {each["id"] for each in json.loads((shared / "rules/notice_rules.json").read_text("utf-8"))["rules"]}
    assert published == {each.id for each in KNOWN_RULES} | set(NO_NOTICE)


def test_every_rule_has_its_published_window(shared: Path) -> None:
    """Numbers and units are those of the research; where the law says months, months."""
    letters = {"calendar_days": "d", "business_days": "b", "hours": "h"}
    for each in json.loads((shared / "rules/notice_rules.json").read_text("utf-8"))["rules"]:
        if each["id"] in NO_NOTICE or each["min_days_before"] is None:
            continue
        low, high, unit = each["min_days_before"], each["max_days_before"], letters[each["unit"]]
        if "months" in each:
            (low, high), unit = each["months"], "m"
        window = RULES.rule(each["id"]).window
        assert window is not None
        tags = [bound and bound.tag for bound in (window.earliest, window.latest)]
        assert [high and f"-{high}{unit}", f"-{low}{unit}"] == tags, each["id"]


def test_no_rule_is_named_twice() -> None:
    """Two rules with one id leave it open which counts."""
    with pytest.raises(ConfigurationError, match="ours"):
        NoticeRules((rule(), rule()))


def test_an_unknown_rule_is_not_found() -> None:
    """The error names those that are known."""
    with pytest.raises(NotFoundError, match="us-ca-annual"):
        RULES.rule("us-tx-annual")


# Which rules apply


@pytest.mark.parametrize(
    ("change", "applies"),
    [
        ({}, True),
        ({"places": ("US-NV",)}, False),
        ({"is_consumer": False}, False),
        ({"term_months": 11}, False),
        ({"renewal_months": 1}, False),
        ({"term_months": None}, False),
        ({"anchors": {Anchor.RENEWAL: date(2022, 6, 30)}}, False),
        ({"anchors": {Anchor.RENEWAL: date(2022, 7, 1)}}, True),
    ],
)
def test_california_concerns_consumers_with_long_terms(change: dict[str, object], applies: bool) -> None:
    """A year or more that renews for more than a month, from 1 July 2022."""
    facts = attrs.evolve(CALIFORNIA, **change)
    assert applies is ("us-ca-annual" in [each.id for each in RULES.applying(facts)])


@pytest.mark.parametrize(
    ("conditions", "facts"),
    [
        (Conditions(place="DE"), {"places": ("DE-BE",)}),
        (Conditions(rails=("ach", "eft")), {"rails": ("eft",)}),
        (Conditions(sectors=("telecom",)), {"sector": "telecom"}),
        (Conditions(app=True), {"is_app": True}),
        (Conditions(trial_days=32), {"trial_days": 32}),
        (Conditions(interval_days=181), {"interval_days": 365}),
        (Conditions(amount_changes=True), {"amount_changes": True}),
        (Conditions(date_changes=True), {"date_changes": True}),
        (Conditions(first_or_changed=True), {"is_first_debit": True}),
        (Conditions(first_or_changed=True), {"date_changes": True}),
    ],
)
def test_a_condition_asks_for_its_fact(conditions: Conditions, facts: dict[str, object]) -> None:
    """With the fact it holds, without it it does not."""
    bare = ContractFacts("s1", ADA)
    assert [True, False] == [conditions.hold(attrs.evolve(bare, **facts)), conditions.hold(bare)]


@pytest.mark.parametrize(
    ("conditions", "facts"),
    [
        (Conditions(excluded=("insurance",)), {"sector": "insurance"}),
        (Conditions(consumer=True), {"is_consumer": False}),
        (Conditions(renews_itself=True), {"renews_itself": False}),
    ],
)
def test_a_condition_may_exclude(conditions: Conditions, facts: dict[str, object]) -> None:
    """With the fact it does not hold, without it it does."""
    bare = ContractFacts("s1", ADA)
    assert [False, True] == [conditions.hold(attrs.evolve(bare, **facts)), conditions.hold(bare)]


def test_a_rule_is_in_force_between_its_dates() -> None:
    """The day of repeal is the first without the rule."""
    limited = rule(effective_from=date(2026, 1, 1), effective_to=date(2027, 1, 1))
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [False, True, True, False] == [limited.in_force(day) for day in days]


def test_a_rule_is_in_force_for_a_day_at_least() -> None:
    """A repeal before the first day is a mistake."""
    with pytest.raises(ConfigurationError, match="in force for a day"):
        rule(effective_from=date(2026, 1, 1), effective_to=date(2026, 1, 1))


def test_an_enabled_rule_has_a_window() -> None:
    """Without a window nobody knows when."""
    with pytest.raises(ConfigurationError, match="a window for an enabled rule"):
        rule(window=None)


def test_a_rule_without_a_window_is_no_duty() -> None:
    """A disabled one may wait for its window, but no step can carry it."""
    with pytest.raises(ConfigurationError, match="a rule with a window"):
        RULES.rule("uk-dmcc").duty  # noqa: B018  the property itself is judged


def test_a_rule_names_the_contents_that_a_text_lacks() -> None:
    """Keys of what has to be said, for the host's templates."""
    assert ("frequency", "how_to_cancel") == RULES.rule("us-ca-annual").lacks(("term", "price", "offer"))


# Changing the set


def test_a_confirmed_rule_is_enabled() -> None:
    """Counsel has looked at it."""
    assert RULES.enabling("mc-trial").rule("mc-trial").enabled


def test_a_rule_is_disabled_again() -> None:
    """It does not concern this house."""
    assert [] == codes(RULES.disabling("us-ca-annual"), NONE, CALIFORNIA)


def test_a_shorter_lead_may_be_agreed() -> None:
    """SEPA lets the parties agree on one day."""
    agreed = RULES.agreeing("sepa-prenotif", days_before(1)).rule("sepa-prenotif").duty.window
    assert (None, date(2026, 4, 6)) == agreed.days(date(2026, 4, 7))


def test_the_law_is_not_agreed_away() -> None:
    """California's window is not the parties' to change."""
    with pytest.raises(ConfigurationError, match="us-ca-annual"):
        RULES.agreeing("us-ca-annual", days_before(1))


def test_a_rule_of_ones_own_is_added_or_replaces() -> None:
    """The new text of a law takes the place of the old one; order is kept."""
    uk = attrs.evolve(RULES.rule("uk-dmcc"), window=Window(days_before(14), days_before(7)), enabled=True)
    changed = RULES.replacing(uk, rule())
    assert (uk, "ours", len(RULES.rules) + 1) == (changed.rule("uk-dmcc"), changed.rules[-1].id, len(changed.rules))


# What a plan misses


def test_a_missing_notice_is_reported_with_its_source() -> None:
    """What, when, about which contract, says who, and what to do."""
    (problem,) = RULES.check(SOFTWARE, CALIFORNIA)
    assert ("notice.missing", "s1", Severity.ERROR) == (problem.code, problem.about, problem.severity)
    assert (True, True) == ("17602" in str(problem.source), "by email or letter from 45 days before" in problem.message)


def test_a_courtesy_at_the_right_time_serves() -> None:
    """A step 30 days before the renewal lies in California's window, whatever it was meant for."""
    plan = ReminderPlan((Reminder("upcoming", days_before(30), anchor=Anchor.RENEWAL),))
    assert [] == codes(RULES, plan, CALIFORNIA)


def test_the_processors_week_is_too_late() -> None:
    """Seven days before is not fifteen (users' ask 32)."""
    plan = ReminderPlan((Reminder("upcoming", days_before(7), anchor=Anchor.RENEWAL),))
    assert ["notice.missing"] == codes(RULES, plan, CALIFORNIA)


@pytest.mark.parametrize(
    "reminder",
    [
        Reminder("card", days_before(30), anchor=Anchor.CARD_EXPIRY),
        Reminder("call", days_before(30), anchor=Anchor.RENEWAL, audience="agent"),
    ],
)
def test_a_step_about_something_else_does_not_serve(reminder: Reminder) -> None:
    """Neither an expiring card nor a task for the agent tells the customer of the renewal."""
    facts = attrs.evolve(CALIFORNIA, anchors={Anchor.RENEWAL: date(2027, 3, 1), Anchor.CARD_EXPIRY: date(2027, 3, 1)})
    assert ["notice.missing"] == codes(RULES, ReminderPlan((reminder,)), facts)


def test_illinois_counts_from_the_cancellation_deadline() -> None:
    """Thirty days before the renewal is too late when the deadline lies thirty days before it."""
    anchors = {Anchor.RENEWAL: date(2026, 10, 1), Anchor.CANCELLATION: date(2026, 9, 1)}
    facts = attrs.evolve(CALIFORNIA, places=("US-IL",), anchors=anchors)
    early, late = (ReminderPlan((Reminder("upcoming", days_before(lead), anchor=Anchor.RENEWAL),)) for lead in (70, 45))
    assert ([], ["notice.missing"]) == (codes(RULES, early, facts), codes(RULES, late, facts))


def test_an_unknown_date_is_reported() -> None:
    """Without the deadline nobody can say when the notice is due."""
    facts = attrs.evolve(CALIFORNIA, places=("US-IL",))
    assert ["notice.no_date"] == codes(RULES, INSURANCE, facts)


def test_a_window_that_is_past_is_reported_as_such() -> None:
    """On 20 February it is too late for a renewal on 1 March."""
    assert ["notice.too_late"] == codes(RULES, NONE, CALIFORNIA, now=datetime(2027, 2, 20, tzinfo=UTC))
    assert ["notice.missing"] == codes(RULES, NONE, CALIFORNIA, now=datetime(2027, 2, 10, tzinfo=UTC))


def test_an_unlawful_channel_is_reported() -> None:
    """California asks for e-mail or letter; an SMS at the right time is not enough."""
    facts = attrs.evolve(CALIFORNIA, recipient=Recipient("America/Los_Angeles", channels=("sms", "email")))
    plan = ReminderPlan((Reminder("upcoming", days_before(30), anchor=Anchor.RENEWAL),))
    assert ["notice.channel"] == codes(RULES, plan, facts)


def test_an_unreachable_customer_is_reported_even_when_complete() -> None:
    """No plan can send a letter to somebody without an address."""
    facts = attrs.evolve(CALIFORNIA, recipient=Recipient("America/Los_Angeles", channels=("sms",)))
    assert ["notice.channel"] == codes(RULES, RULES.complete(NONE, facts), facts)
    nobody = attrs.evolve(CALIFORNIA, recipient=Recipient("America/Los_Angeles", channels=()))
    assert ["notice.channel"] == codes(RULES, RULES.complete(NONE, nobody), nobody)


def test_a_short_trial_is_told_at_enrolment() -> None:
    """Visa asks for seven days, which a trial of three does not have: a note, not an error."""
    (problem,) = RULES.check(NONE, attrs.evolve(VISA_TRIAL, trial_days=3))
    assert ("notice.at_enrolment", Severity.NOTE) == (problem.code, problem.severity)


def test_a_window_without_a_day_is_reported() -> None:
    """Three months to 80 days before leaves nothing around 31 May in a leap year's spring."""
    odd = NoticeRules((rule(window=Window(days_before(28), months_before(1))),))
    facts = ContractFacts("s1", ADA, anchors={Anchor.RENEWAL: date(2026, 7, 31)})
    assert (["notice.no_window"], ReminderPlan()) == (codes(odd, NONE, facts), odd.complete(NONE, facts))


def test_an_unknown_fact_is_asked_for() -> None:
    """Whether California's duty applies depends on the term: a note names it."""
    (problem,) = RULES.check(NONE, attrs.evolve(CALIFORNIA, term_months=None))
    assert ("notice.unknown", Severity.NOTE, True) == (problem.code, problem.severity, "term_months" in problem.remedy)


def test_an_unknown_fact_that_decides_nothing_is_not_asked_for() -> None:
    """In Nevada the term does not matter."""
    assert [] == codes(RULES, NONE, attrs.evolve(CALIFORNIA, term_months=None, places=("US-NV",)))


# Completing


def test_a_completed_plan_has_the_notice() -> None:
    """Two days before the last permitted one, by the lawful channels, under the rule's name."""
    added = RULES.complete(SOFTWARE, CALIFORNIA).reminders[-1]
    assert ("notice:us-ca-annual", days_before(17), ("email", "letter")) == (added.id, added.offset, added.channels)


def test_a_serving_step_is_marked() -> None:
    """The courtesy becomes a duty and is not sent twice."""
    plan = ReminderPlan((Reminder("upcoming", days_before(30), anchor=Anchor.RENEWAL),))
    (step,) = RULES.complete(plan, CALIFORNIA).reminders
    assert ("upcoming:-30d", ["us-ca-annual"]) == (step.id, [duty.rule for duty in step.duties])


def test_rules_that_can_share_a_notice_do() -> None:
    """Around one date [45, 15] and [60, 30] share [45, 30]: one message, 32 days before."""
    rules = NoticeRules(
        (
            rule("a", Window(days_before(45), days_before(15)), channels=("email", "letter")),
            rule("b", Window(days_before(60), days_before(30)), channels=("letter",)),
        )
    )
    facts = attrs.evolve(CALIFORNIA, recipient=Recipient("America/Los_Angeles", channels=("email", "letter")))
    (step,) = rules.complete(NONE, facts).reminders
    assert ("notice:a+b", days_before(32), ("letter",)) == (step.id, step.offset, step.channels)


@pytest.mark.parametrize(
    "other",
    [
        rule("b", Window(days_before(60), days_before(50))),
        rule("b", Window(None, business_days_before(3))),
        rule("b", channels=("sms",)),
        rule("b", anchor=Anchor.CHARGE),
        rule("b", topic=Topic.DEBIT),
    ],
)
def test_rules_that_cannot_share_a_notice_do_not(other: NoticeRule) -> None:
    """Other days, another unit, another channel, another date or another topic needs a notice of its own."""
    rules = NoticeRules((rule("a", channels=("email",)), other))
    anchors = {Anchor.RENEWAL: date(2027, 3, 1), Anchor.CHARGE: date(2027, 3, 1)}
    added = rules.complete(NONE, attrs.evolve(CALIFORNIA, anchors=anchors)).reminders
    assert ["notice:a", "notice:b"] == [each.id for each in added]


@pytest.mark.parametrize(
    ("window", "offset"),
    [
        (Window(None, hours_before(24)), hours_before(26)),
        (Window(None, business_days_before(10)), business_days_before(11)),
        (Window(months_before(3), months_before(1)), months_before(2)),
        (Window(months_before(1), months_before(1)), months_before(1)),
        (Window(days_before(16), days_before(15)), days_before(16)),
        (Window(months_before(2), days_before(5)), days_before(7)),
        (Window(None, on_the_day()), days_before(2)),
        (Window(None, None), days_before(2)),
    ],
)
def test_a_notice_leaves_some_slack(window: Window, offset: object) -> None:
    """Two days or hours, one business day or month, as far as the window has room."""
    (step,) = NoticeRules((rule(window=window),)).complete(NONE, CALIFORNIA).reminders
    assert offset == step.offset


def test_a_completed_plan_is_decided_anew() -> None:
    """When the date moves, yesterday's marks and notices do not stay."""
    first = RULES.complete(SOFTWARE, CALIFORNIA)
    texas = attrs.evolve(CALIFORNIA, places=("US-TX",))
    assert SOFTWARE == RULES.complete(first, texas)


def test_duties_of_a_host_are_kept() -> None:
    """A step that carries a rule which this set does not know stays as it is."""
    own = NoticeRules((rule(),)).complete(NONE, CALIFORNIA)
    assert own.reminders == RULES.disabling("us-ca-annual").complete(own, CALIFORNIA).reminders


def test_a_quiet_night_does_not_break_the_rule() -> None:
    """With a usual hour at night the notice goes out on a day of the window."""
    night = attrs.evolve(SEPA, recipient=Recipient("Europe/Berlin", send_at=time(23)))
    rules = RULES.replacing(attrs.evolve(RULES.rule("sepa-prenotif"), window=Window(days_before(14), days_before(14))))
    plan = rules.complete(NONE, night)
    (step,) = plan.timetable(anchors=night.dates, recipient=night.recipient)
    assert ([], "2026-03-24T20:59") == (codes(rules, plan, night), step.at.isoformat()[:16])


def test_india_counts_hours_before_each_debit() -> None:
    """Twenty-six hours before nine is seven in the morning; at eight it is decent and still a day ahead."""
    debit = datetime(2026, 5, 15, 3, 30, tzinfo=UTC)
    facts = ContractFacts(
        "s1", Recipient("Asia/Kolkata"), anchors={Anchor.CHARGE: debit}, places=("IN",), rails=("upi",)
    )
    plan = RULES.complete(NONE, facts)
    (step,) = plan.timetable(anchors=facts.dates, recipient=facts.recipient)
    assert ("2026-05-14T08:00:00+05:30", []) == (step.at.isoformat(), codes(RULES, plan, facts))


# Windows in common


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (Window(None, None), Window(None, None), Window(None, None)),
        (Window(None, days_before(5)), Window(days_before(9), None), Window(days_before(9), days_before(5))),
        (Window(days_before(9), None), Window(days_before(7), None), Window(days_before(7), None)),
        (Window(None, hours_before(24)), Window(None, days_before(1)), None),
        (Window(days_before(9), days_before(8)), Window(days_before(7), days_before(6)), None),
    ],
)
def test_windows_have_a_part_in_common(one: Window, two: Window, expected: Window | None) -> None:
    """The later start and the earlier end, if any time lies between and both count alike."""
    assert expected == common_window(one, two)


# Values


def test_the_set_of_rules_survives_json() -> None:
    """A host may keep the rules that it decided by."""
    assert RULES == from_json(to_json(RULES), NoticeRules)
