"""Judging commits against what is recorded: what refuses one, and what its acceptance changes for those after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renewkit.adapters.sql.documents import instant_text
from renewkit.adapters.sql.view import Place, Sent
from renewkit.codec import from_json
from renewkit.effects.commit import Conflict
from renewkit.effects.effect import Effect
from renewkit.errors import IdempotencyMismatchError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from renewkit.adapters.sql.drafts import Draft
    from renewkit.adapters.sql.view import View
    from renewkit.books.audit import Head

__all__ = ["accept", "refusal"]


def refusal(view: View, draft: Draft) -> Conflict | None:
    """Return why a commit is refused, None where it may be written.

    Raises `NotFoundError` for a customer that was never saved.
    """
    commit = draft.commit
    place = view.place(commit.customer_id)
    if commit.customer is None and commit.version == 0 and commit.customer_id not in view.places:
        raise NotFoundError("a customer that is saved", commit.customer_id, "save the customer first")
    if commit.version != place.version:
        return _conflict(draft, "version", commit.version, place.version)
    if commit.fence is not None and commit.fence != place.fence:
        return _conflict(draft, "fence", commit.fence, place.fence)
    return next(_overlaps(view, draft), None) or _broken_chain(view, draft)


def accept(view: View, draft: Draft) -> frozenset[str]:
    """Move the view on as if the commit were written; return the keys of the effects that are new.

    Raises `IdempotencyMismatchError` for a key that is stored with other content, and `NotFoundError` for the outcome
    of an effect that is not.
    """
    commit = draft.commit
    place = view.place(commit.customer_id)
    view.places[commit.customer_id] = Place(
        version=place.version + 1,
        fence=place.fence,
        due=None if commit.due is None else instant_text(commit.due),
        holder=None if commit.release else place.holder,
        lease_until=None if commit.release else place.lease_until,
    )
    view.items.update((line.id, bill.id) for bill in commit.invoices for line in bill.lines)
    view.subscriptions.update((contract.id, commit.customer_id) for contract in commit.subscriptions)
    view.invoices.update((bill.id, commit.customer_id) for bill in commit.invoices)
    view.numbers.update((bill.id, bill.number) for bill in commit.invoices if bill.number is not None)
    view.inbox.update(commit.inbox)
    view.heads.update((fact.stream, fact.head) for fact in commit.facts)
    return frozenset(_new_effects(view, draft))


def _new_effects(view: View, draft: Draft) -> Iterator[str]:
    commit = draft.commit
    for effect, row in zip(commit.effects, draft.effects, strict=True):
        given = Sent(commit.customer_id, row["doc"])
        known = view.effects.setdefault(effect.key, given)
        if known is given:
            yield effect.key
        elif known != given and from_json(known.doc, Effect) != effect:
            remedy = "give an effect with other content a key of its own"
            raise IdempotencyMismatchError(f"the content that key {effect.key} was stored with", effect, remedy)
    for record in commit.recorded:
        if record.key not in view.effects:
            raise NotFoundError("the key of a stored effect", record.key, "commit the effect before its outcome")


def _overlaps(view: View, draft: Draft) -> Iterator[Conflict]:
    commit = draft.commit
    billed: dict[str, str] = {}
    for bill in commit.invoices:
        for line in bill.lines:
            known = view.items.get(line.id) or billed.setdefault(line.id, bill.id)
            if known != bill.id:
                yield _conflict(draft, "item", f"{line.id} in {bill.id}", f"already in {known}")
    for parts, owners in ((commit.subscriptions, view.subscriptions), (commit.invoices, view.invoices)):
        for part in parts:
            owner = owners.get(part.id, commit.customer_id)
            if owner != commit.customer_id:
                yield _conflict(draft, "item", f"{part.id} of {commit.customer_id}", f"of {owner}")
    for news in commit.inbox:
        if news in view.inbox:
            yield _conflict(draft, "inbox", f"{news} unseen", "seen before")


def _broken_chain(view: View, draft: Draft) -> Conflict | None:
    heads: dict[str, Head] = {}
    for fact in draft.commit.facts:
        head = heads.get(fact.stream) or view.head(fact.stream)
        if (fact.seq, fact.previous) != (head.seq + 1, head.hash):
            expected = f"fact {fact.seq} of {fact.stream} after {fact.previous[:12]}"
            return _conflict(draft, "audit", expected, f"head {head.seq} {head.hash[:12]}")
        heads[fact.stream] = fact.head
    return None


def _conflict(draft: Draft, what: str, expected: object, actual: object) -> Conflict:
    return Conflict(draft.commit.customer_id, what, str(expected), str(actual))
