"""The lifecycle: a table of transitions that leads everywhere it should and nowhere else."""

import pytest

from renewkit.books.lifecycle import TRANSITIONS, Service, Status, Trigger, follow
from renewkit.errors import StateError

KNOWN = sorted(TRANSITIONS, key=lambda place: (place[0].value, place[1].value))
UNKNOWN = [(status, trigger) for status in Status for trigger in Trigger if (status, trigger) not in TRANSITIONS]


@pytest.mark.parametrize(("status", "trigger"), KNOWN)
def test_a_known_trigger_is_followed(status: Status, trigger: Trigger) -> None:
    """What the table says is what happens."""
    assert TRANSITIONS[status, trigger] is follow(status, trigger)


@pytest.mark.parametrize(("status", "trigger"), UNKNOWN)
def test_an_unknown_trigger_is_an_error(status: Status, trigger: Trigger) -> None:
    """What the table does not say is never ignored."""
    with pytest.raises(StateError, match=f"got {trigger.value}"):
        follow(status, trigger)


def test_the_error_names_the_triggers_that_are_known() -> None:
    """Whoever asks for the wrong thing reads what would be right."""
    with pytest.raises(StateError, match=r"suspended knows \(settle, lapse, finish\)"):
        follow(Status.SUSPENDED, Trigger.ACTIVATE)


def test_the_end_is_final() -> None:
    """No trigger leads out of the end, and the error says so."""
    with pytest.raises(StateError, match="none, it is final"):
        follow(Status.ENDED, Trigger.SETTLE)


def test_every_status_is_reached_from_a_draft() -> None:
    """No status is without a way to it."""
    reached = {Status.DRAFT}
    for _ in Status:
        reached |= {after for (before, _), after in TRANSITIONS.items() if before in reached}
    assert set(Status) == reached


def test_every_status_but_the_end_can_end() -> None:
    """A contract may be finished wherever it stands."""
    assert set(Status) - {Status.ENDED} == {status for status, trigger in TRANSITIONS if trigger is Trigger.FINISH}


@pytest.mark.parametrize(
    ("status", "service"),
    [
        (Status.DRAFT, Service.STOPPED),
        (Status.TRIALING, Service.SERVED),
        (Status.ACTIVE, Service.SERVED),
        (Status.PAST_DUE, Service.SERVED),
        (Status.SUSPENDED, Service.STOPPED),
        (Status.ENDED, Service.STOPPED),
    ],
)
def test_who_is_served(status: Status, service: Service) -> None:
    """Service goes on through trial and grace, and stops with suspension and the end."""
    assert service is status.service


def test_only_the_end_bills_nothing_more() -> None:
    """Every other status is live."""
    assert [Status.ENDED] == [status for status in Status if not status.is_live]
