"""Reminder plans, what is due, and what is sent after downtime."""

from datetime import UTC, date, datetime, time
from typing import Any

import attrs
import pendulum
import pytest

from renewkit.codec import from_json, to_json
from renewkit.errors import ConfigurationError, DateExpectedError, IdentifierError, InstantExpectedError
from renewkit.policies.reminders import (
    INSURANCE,
    MEDIA,
    NO_REMINDERS,
    SOFTWARE,
    Delivery,
    Due,
    Duty,
    Proof,
    Reminder,
    ReminderPlan,
    Step,
    catch_up,
    proof_of,
    quiet_hours_in,
    reminder_key,
)
from renewkit.values.calendar import BusinessCalendar
from renewkit.values.offsets import (
    Anchor,
    Offset,
    Window,
    business_days_before,
    days_after,
    days_before,
    hours_before,
    on_the_day,
)
from renewkit.values.recipient import Audience, Channel, QuietHours, Recipient

BERLIN = Recipient("Europe/Berlin", channels=("email", "sms"))
DUE = {Anchor.DUE: date(2026, 3, 8)}
PLAN = ReminderPlan(
    (
        Reminder("upcoming", days_before(30)),
        Reminder("upcoming", days_before(7)),
        Reminder("due", on_the_day()),
        Reminder("overdue", days_after(3)),
    )
)


def at(text: str) -> datetime:
    """Read an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def all_due(plan: ReminderPlan, anchors: dict[Anchor, Any] | None = None, **options: object) -> tuple[Due, ...]:
    """Return every step of a plan, in order."""
    given: dict[str, Any] = {"about": "inv_1", "recipient": BERLIN, "after": None, "until": at("2030-01-01")} | options
    return plan.due(anchors=anchors or DUE, **given)


def one(plan: ReminderPlan | Reminder, anchors: dict[Anchor, Any] | None = None, **options: object) -> Due:
    """Return the only step."""
    whole = ReminderPlan((plan,)) if isinstance(plan, Reminder) else plan
    (due,) = all_due(whole, anchors, **options)
    return due


# What falls due


def test_steps_fall_due_on_their_days() -> None:
    """At nine on the recipient's clock, in winter and in summer time."""
    expected = ["2026-02-06T08:00", "2026-03-01T08:00", "2026-03-08T08:00", "2026-03-11T08:00"]
    assert expected == [due.at.astimezone(UTC).isoformat()[:16] for due in all_due(PLAN)]


def test_a_window_is_open_at_its_start_and_closed_at_its_end() -> None:
    """A step at the very start was in the window before; one at the end is in this one."""
    first, second = at("2026-02-06T08:00"), at("2026-03-01T08:00")
    assert ["upcoming:-7d"] == [due.reminder for due in all_due(PLAN, after=first, until=second)]


def test_a_reversed_window_is_empty() -> None:
    """A clock that was put back finds nothing rather than something twice."""
    assert () == all_due(PLAN, after=at("2026-03-01"), until=at("2026-02-01"))


def test_a_naive_clock_is_refused() -> None:
    """An instant without a zone names no moment."""
    with pytest.raises(InstantExpectedError):
        all_due(PLAN, until=datetime(2026, 3, 1))


def test_an_anchor_is_a_date() -> None:
    """A word is no anchor's date."""
    with pytest.raises(DateExpectedError):
        all_due(PLAN, {Anchor.DUE: "2026-03-08"})


def test_a_step_without_its_anchor_has_nothing_to_say() -> None:
    """No price change, no announcement of one."""
    plan = ReminderPlan((*PLAN.reminders, Reminder("price_change", days_before(30), anchor=Anchor.PRICE_CHANGE)))
    assert [due.key for due in all_due(PLAN)] == [due.key for due in all_due(plan)]


@pytest.mark.parametrize("anchor", list(Anchor))
def test_every_anchor_serves(anchor: Anchor) -> None:
    """Renewal, charge, cancellation, trial end, due date, card expiry and price change are counted from alike."""
    due = one(Reminder("x", days_before(7), anchor=anchor), {anchor: date(2026, 3, 8)})
    assert (anchor, date(2026, 3, 8), "2026-03-01") == (due.anchor, due.anchored_on, due.at.to_date_string())


def test_days_count_from_the_recipients_day_of_an_instant() -> None:
    """Eleven in the evening in UTC is the next day in Berlin."""
    assert date(2026, 3, 9) == one(Reminder("x", on_the_day()), {Anchor.DUE: at("2026-03-08T23:00")}).anchored_on


def test_business_days_count_in_the_recipients_calendar() -> None:
    """A holiday on Friday pushes the fifth business day before Wednesday to the Tuesday before."""
    recipient = Recipient("UTC", calendar=BusinessCalendar(holidays=(date(2026, 3, 6),)))
    due = one(Reminder("x", business_days_before(5)), {Anchor.DUE: date(2026, 3, 11)}, recipient=recipient)
    assert "2026-03-03" == due.at.to_date_string()


def test_hours_count_elapsed_time() -> None:
    """Twenty-four hours before noon is one o'clock where the clocks have gone back in between."""
    due = one(Reminder("x", hours_before(24)), {Anchor.DUE: at("2026-10-25T11:00")})
    assert at("2026-10-24T11:00") == due.at


def test_hours_before_a_date_count_from_its_midnight() -> None:
    """A civil date begins at midnight on the recipient's clock."""
    assert at("2026-03-07T11:00") == one(Reminder("x", hours_before(12))).at


def test_nothing_falls_due_once_stopped() -> None:
    """A payment on the day itself, before nine, ends the plan; a later one does not reach back."""
    expected = ["upcoming:-30d", "upcoming:-7d"]
    assert expected == [due.reminder for due in all_due(PLAN, stopped_at=at("2026-03-08T08:00"))]
    assert 3 == len(all_due(PLAN, stopped_at=at("2026-03-08T08:01")))


def test_the_next_step_is_named() -> None:
    """Strictly after an instant; None when all is said."""
    ask = {"about": "inv_1", "anchors": DUE, "recipient": BERLIN}
    assert at("2026-03-01T08:00") == PLAN.next_at(after=at("2026-02-06T08:00"), **ask)
    assert at("2026-02-06T08:00") == PLAN.next_at(after=None, **ask)
    assert PLAN.next_at(after=at("2026-03-11T08:00"), **ask) is None


# Keys


def test_the_key_knows_neither_channel_nor_hour() -> None:
    """Another channel, other quiet hours: the same message."""
    plain = one(Reminder("x", days_before(7), channels=("sms",)))
    other = one(
        Reminder("x", days_before(7)), recipient=Recipient("Europe/Berlin", quiet=QuietHours(time(8), time(12)))
    )
    assert (plain.key, "2026-03-01T12:00") == (other.key, other.at.isoformat()[:16])


def test_an_extension_arms_the_steps_again() -> None:
    """Another date is another occasion, and another subject is too."""
    step = Reminder("x", days_before(7))
    keys = {one(step).key, one(step, {Anchor.DUE: date(2026, 3, 9)}).key, one(step, about="inv_2").key}
    assert 3 == len(keys)


def test_the_key_is_made_from_content() -> None:
    """It can be told in advance."""
    assert reminder_key("inv_1", Anchor.DUE, date(2026, 3, 8), "due:0d") == all_due(PLAN)[2].key


@pytest.mark.parametrize(
    ("reminder", "expected"),
    [
        (Reminder("upcoming", days_before(30)), "upcoming:-30d"),
        (Reminder("call", days_after(3), audience=Audience.AGENT), "call:+3d:agent"),
        (Reminder("call", days_after(3), id="first-call"), "first-call"),
        (Reminder("call", days_after(3), id=None), "call:+3d"),
    ],
)
def test_a_step_names_itself(reminder: Reminder, expected: str) -> None:
    """By kind, offset and audience, unless it is given an id."""
    assert expected == reminder.id


def test_two_steps_do_not_share_a_key() -> None:
    """The same kind at the same distance twice around one anchor is a mistake; around two anchors it is not."""
    step = Reminder("x", days_before(7))
    with pytest.raises(ConfigurationError, match="'x:-7d' twice around due"):
        ReminderPlan((step, step))
    assert 2 == len(ReminderPlan((step, attrs.evolve(step, anchor=Anchor.RENEWAL))).reminders)


# Channels and audiences


def test_wanted_channels_come_before_the_recipients_own() -> None:
    """The others are the fall-back; what the recipient does not have falls away."""
    assert ("sms", "email") == one(Reminder("x", on_the_day(), channels=("letter", "sms"))).channels


def test_an_agents_task_keeps_its_own_channels() -> None:
    """The customer's address is no fall-back for the agent's task."""
    due = one(Reminder("call", on_the_day(), audience="agent", channels=(Channel.PHONE,)))
    assert (("phone",), "agent") == (due.channels, due.audience)


def test_an_audience_without_channels_is_one() -> None:
    """A task for the agent goes to the agent."""
    assert ("agent",) == one(Reminder("call", on_the_day(), audience="agent")).channels


def test_an_agent_who_is_the_recipient_has_channels() -> None:
    """Asked for the agent's own zone and address, the task uses them."""
    agent = Recipient("Asia/Taipei", channels=("push", "phone"), audience="agent")
    due = one(Reminder("call", on_the_day(), audience="agent", channels=("phone",)), recipient=agent)
    assert (("phone", "push"), "2026-03-08T09:00:00+08:00") == (due.channels, due.at.isoformat())


# Quiet hours and business days


def test_a_quiet_hour_moves_to_the_morning() -> None:
    """Nominal stays, the sending waits."""
    due = one(Reminder("x", on_the_day()), recipient=Recipient("Europe/Berlin", send_at=time(22)))
    assert ("2026-03-08T22:00", "2026-03-09T08:00") == (due.nominal.isoformat()[:16], due.at.isoformat()[:16])


def test_an_announcement_does_not_wait_past_its_event() -> None:
    """Three hours before two in the morning is the evening before, not the morning after."""
    due = one(Reminder("x", hours_before(3)), {Anchor.DUE: at("2026-03-08T01:00")})
    assert ("2026-03-07T20:59", True) == (due.at.isoformat()[:16], due.nominal == due.at)


def test_a_weekend_moves_to_monday_or_before_the_event_to_friday() -> None:
    """With business days only, the due day on Sunday is told on Monday, and the day before it on Friday."""
    office = Recipient("UTC", business_days_only=True)
    told = [
        one(Reminder("x", offset), recipient=office).at.to_date_string() for offset in (on_the_day(), days_before(1))
    ]
    assert ["2026-03-09", "2026-03-06"] == told


# Duties

TEN_DAYS = Duty("ten-days", Window(days_before(12), days_before(10)), anchor=Anchor.DUE)


def test_a_duty_waits_within_its_window() -> None:
    """Twelve days before at ten in the evening waits for the morning of the eleventh."""
    due = one(Reminder("x", days_before(12), duties=(TEN_DAYS,)), recipient=Recipient("UTC", send_at=time(22)))
    assert ("2026-02-25T08:00", None) == (due.at.isoformat()[:16], due.problem)


def test_a_duty_goes_out_earlier_rather_than_later() -> None:
    """On the last permitted day at ten in the evening it goes out at nine, and falls due then."""
    due = one(Reminder("x", days_before(10), duties=(TEN_DAYS,)), recipient=Recipient("UTC", send_at=time(22)))
    assert ("2026-02-26T20:59", "2026-02-26T20:59") == (due.at.isoformat()[:16], due.nominal.isoformat()[:16])


def test_a_duty_comes_before_a_free_weekend() -> None:
    """Where the window has no business day, a decent hour of a weekend serves."""
    weekend = Duty("weekend", Window(days_before(8), days_before(7)), anchor=Anchor.DUE)
    step = Reminder("x", days_before(8), duties=(weekend,))
    office = Recipient("UTC", business_days_only=True)
    assert "2026-02-28T09:00" == one(step, recipient=office).at.isoformat()[:16]


def test_a_duty_without_a_decent_hour_says_so() -> None:
    """A window of one day that is quiet as a whole is missed with a problem, not in silence."""
    hours = Duty("hours", Window(hours_before(12), hours_before(10)), anchor=Anchor.DUE)
    due = one(Reminder("x", hours_before(11), duties=(hours,)), {Anchor.DUE: at("2026-03-08T12:00")}, recipient=BERLIN)
    assert ("2026-03-08T08:00", "reminder.late") == (due.at.isoformat()[:16], due.problem and due.problem.code)


def test_a_duty_around_an_unknown_date_sets_no_limit() -> None:
    """What cannot be computed is left to NoticeRules.check."""
    duty = attrs.evolve(TEN_DAYS, anchor=Anchor.CANCELLATION)
    assert one(Reminder("x", days_before(3), duties=(duty,))).latest is None


def test_several_duties_share_the_narrowest_window() -> None:
    """The earliest of the last permitted moments counts."""
    other = Duty("other", Window(None, days_before(11)), anchor=Anchor.DUE)
    due = one(Reminder("x", days_before(12), duties=(TEN_DAYS, other)))
    assert (("ten-days", "other"), at("2026-02-25T22:59:59.999999")) == (due.duties, due.latest)


def test_duties_stay_when_marketing_goes() -> None:
    """Whoever wants no courtesy mail still gets what the law asks for."""
    plan = ReminderPlan((*PLAN.reminders, Reminder("x", days_before(12), duties=(TEN_DAYS,))))
    assert ["x:-12d"] == [each.id for each in plan.duties_only().reminders]


# Catching up


def test_only_the_latest_missed_step_is_sent() -> None:
    """After six weeks of silence one message is enough."""
    dues = all_due(PLAN, until=at("2026-03-20"))
    assert ["overdue:+3d"] == [due.reminder for due in catch_up(dues, now=at("2026-03-20"))]


def test_each_subject_and_audience_is_caught_up_alone() -> None:
    """The agent's task does not stand in for the customer's message, nor one invoice for another."""
    steps = (Reminder("overdue", days_after(1)), Reminder("call", days_after(2), audience="agent"))
    dues = [due for about in ("inv_1", "inv_2") for due in all_due(ReminderPlan(steps), about=about)]
    assert 4 == len(catch_up(dues, now=at("2026-03-20")))


def test_steps_of_one_moment_go_together() -> None:
    """Two messages planned for the same moment are both the latest."""
    plan = ReminderPlan((Reminder("a", on_the_day()), Reminder("b", on_the_day())))
    assert 2 == len(catch_up(all_due(plan), now=at("2026-03-20")))


def test_a_missed_duty_is_sent_late_with_a_problem() -> None:
    """It is never dropped for a later step, and says which rule it missed."""
    plan = ReminderPlan((*PLAN.reminders, Reminder("notice", days_before(12), duties=(TEN_DAYS,))))
    dues = all_due(plan, until=at("2026-03-20"))
    caught = {due.reminder: due.problem for due in catch_up(dues, now=at("2026-03-20"), recipient=BERLIN)}
    problem = caught["notice:-12d"]
    assert ({"notice:-12d", "overdue:+3d"}, "ten-days") == (set(caught), problem and problem.source)


def test_what_was_missed_waits_for_a_decent_hour() -> None:
    """Back at three in the morning, the message goes out at eight; one of today's keeps its time."""
    dues = all_due(PLAN, until=at("2026-03-01T08:00"))
    (due,) = catch_up(dues, now=at("2026-03-02T02:00"), recipient=BERLIN)
    assert at("2026-03-02T07:00") == due.at
    assert dues[-1:] == catch_up(dues, now=at("2026-03-01T08:00"), recipient=BERLIN)


def test_without_a_recipient_the_time_is_kept() -> None:
    """The host may have its own idea of when to send."""
    dues = all_due(PLAN, until=at("2026-03-01T08:00"))
    assert dues[-1:] == catch_up(dues, now=at("2026-03-02T02:00"))


def test_nothing_is_left_to_say_once_stopped() -> None:
    """Paid meanwhile: what was missed is moot; paid later: it is not."""
    dues, now = all_due(PLAN, until=at("2026-03-20")), at("2026-03-20")
    assert () == catch_up(dues, now=now, stopped_at=now)
    assert 1 == len(catch_up(dues, now=now, stopped_at=at("2026-03-21")))


# Presets


@pytest.mark.parametrize(
    ("plan", "leads"),
    [(INSURANCE, [30, 15, 7]), (SOFTWARE, [3]), (MEDIA, [3]), (NO_REMINDERS, [])],
)
def test_a_preset_announces_the_due_date(plan: ReminderPlan, leads: list[int]) -> None:
    """Annual policies 30, 15 and 7 days before, monthly software and media 3."""
    assert leads == [-each.offset.count for each in plan.reminders if each.kind == "upcoming"]


def test_insurance_stays_within_its_grace() -> None:
    """Overdue steps lie within sixty days, and the agent gets tasks."""
    late = [each for each in INSURANCE.reminders if each.offset.count > 0]
    assert (True, True) == (
        all(each.offset.count <= 60 for each in late),
        any(each.audience == "agent" for each in late),
    )


def test_media_announces_price_changes() -> None:
    """The processor will not."""
    assert any(each.anchor is Anchor.PRICE_CHANGE for each in MEDIA.reminders)


# Contact hours by law


@pytest.mark.parametrize(
    ("place", "moment", "quiet"),
    [
        ("US", "2026-05-15T20:30", False),
        ("US-FL", "2026-05-15T20:30", True),
        ("US-TX", "2026-05-17T10:00", True),
        ("US-TX", "2026-05-18T08:30", True),
        ("US-NY", "2026-05-15T21:00", True),
        ("IN", "2026-05-15T08:30", True),
    ],
)
def test_a_place_has_its_contact_hours(place: str, moment: str, quiet: bool) -> None:
    """A state's own hours come before its country's."""
    hours = quiet_hours_in(place)
    assert hours is not None
    assert quiet is hours.covers(datetime.fromisoformat(moment))


def test_a_place_without_known_hours_has_none() -> None:
    """What we do not know we do not make up."""
    assert quiet_hours_in("FR") is None


# Proof


def proof(**options: object) -> Proof:
    """Return the proof that the first step was sent by e-mail."""
    due = one(Reminder("x", days_before(12), duties=(TEN_DAYS,)))
    given: dict[str, Any] = {
        "at": due.at,
        "channel": "email",
        "template": "notice/en/3",
        "text": "Dear customer",
    } | options
    return proof_of(due, **given)


def test_a_proof_names_what_when_and_how() -> None:
    """Key, subject, channel, version of the text, fingerprint and the rules that it serves."""
    made = proof()
    assert ("inv_1", "email", "notice/en/3", ("ten-days",), Delivery.SENT) == (
        made.about,
        made.channel,
        made.template,
        made.duties,
        made.delivery,
    )


def test_a_proof_recognises_its_text() -> None:
    """The text itself is not kept; whoever has it can show that it is the one."""
    made = proof()
    assert ([True, False], False) == ([made.shows("Dear customer"), made.shows("Dear client")], "Dear" in to_json(made))


@pytest.mark.parametrize(("moment", "is_late"), [("2026-02-26T22:59", False), ("2026-02-26T23:01", True)])
def test_a_proof_says_whether_it_was_in_time(moment: str, is_late: bool) -> None:
    """The day ends at midnight in Berlin."""
    assert is_late is proof(at=at(moment)).is_late


def test_a_proof_of_a_courtesy_is_never_late() -> None:
    """No rule, no deadline."""
    made = proof_of(one(Reminder("x", on_the_day())), at=at("2030-01-01"), channel="sms", template="t", text="")
    assert not made.is_late


def test_a_proof_needs_a_channel() -> None:
    """An empty word proves nothing."""
    with pytest.raises(IdentifierError):
        proof(channel="")


# Values


@pytest.mark.parametrize("value", [PLAN, INSURANCE, Reminder("x", on_the_day(), duties=(TEN_DAYS,)), proof()])
def test_values_survive_json(value: object) -> None:
    """What is written reads back equal."""
    assert value == from_json(to_json(value), type(value))


def test_dues_survive_json() -> None:
    """With zone, limit and problem."""
    plan = ReminderPlan((Reminder("x", days_before(12), duties=(TEN_DAYS,)),))
    (due,) = catch_up(all_due(plan), now=at("2026-03-20"))
    assert due == from_json(to_json(due), Due)


def test_the_timetable_lists_every_step() -> None:
    """Whatever the clock says."""
    table = PLAN.timetable(anchors=DUE, recipient=BERLIN)
    assert ([Step] * 4, pendulum.Date(2026, 3, 8)) == ([type(step) for step in table], table[0].anchored_on)


def test_steps_are_remembered_by_day() -> None:
    """Equal plans, dates and recipients share one computation, whoever asks."""
    other = Recipient("Europe/Berlin", channels=("email", "sms"))
    again = ReminderPlan([Reminder(each.kind, Offset(each.offset.count)) for each in PLAN.reminders])
    assert PLAN.timetable(anchors=DUE, recipient=BERLIN) is again.timetable(anchors=dict(DUE), recipient=other)
