"""Allowances in words and bars, for staff and school alike (rules P5, P9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.models import Contract
from visits.allowances import Allowance, AllowanceBook, AllowanceState, allowance_book, allowances_of
from visits.models import AllowanceKind, VisitState
from visits.outlook import DeliveryOutlook, delivery_outlook
from visits.selectors import visits_with_names
from visits.wording import day_words

NEXT = 5
TONES = {
    AllowanceState.FINE: "info",
    AllowanceState.WARNED: "soon",
    AllowanceState.SPENT: "soon",
    AllowanceState.PAST: "danger",
}


@dataclass(frozen=True, slots=True)
class AllowanceLine:
    """One kind of use as a page shows it. `maximum` 0: nothing limits it, so there is no bar."""

    allowance: Allowance
    label: str
    text: str
    note: str
    value: int
    maximum: int
    tone: str


def allowance_lines(contract: Contract, day: date, book: AllowanceBook | None = None) -> list[AllowanceLine]:
    """The allowances of a contract on a local day. Reads its package."""
    return [allowance_line(one) for one in allowances_of(contract, day, book)]


def allowance_line(one: Allowance) -> AllowanceLine:
    """An allowance as a line with a bar of what is used and booked."""
    return AllowanceLine(
        allowance=one,
        label=str(AllowanceKind(one.kind).label),
        text=_text(one),
        note=_note(one),
        value=one.taken if one.limit is None else min(one.taken, max(one.limit, 1)),
        maximum=one.limit or 0,
        tone=TONES[one.state],
    )


def allowances_panel(contract: Contract, day: date, *, now: datetime | None = None) -> dict[str, Any] | None:
    """Lines and the outlook of a contract; None where its package counts nothing."""
    book = allowance_book(contract)
    lines = allowance_lines(contract, day, book)
    if not lines:
        return None
    outlook = delivery_outlook(contract, now=now or timezone.now(), book=book)
    return {"lines": lines, "outlook": outlook, "outlook_words": outlook_words(outlook) if outlook else ""}


def left_context(contract: Contract, day: date, *, for_staff: bool) -> dict[str, Any]:
    """What is left of a contract on a local day, and its next visits, for the page that shows both (Rule P9)."""
    now = timezone.now()
    ahead = visits_with_names().filter(contract=contract, ends_at__gt=now)
    return {
        "contract": contract,
        "day": day,
        "for_staff": for_staff,
        "allowances": allowances_panel(contract, day, now=now),
        "coming": ahead.filter(state__in=(VisitState.BOOKED, VisitState.ON_SITE))[:NEXT],
    }


def outlook_words(outlook: DeliveryOutlook) -> str:
    """Whether all purchased visits can still be delivered, in a sentence (Rule P2)."""
    by = day_words(outlook.allowance.deliver_by)
    if not outlook.to_book:
        return _("All visits are done or booked.")
    still = ngettext(
        "%(n)d visit is still to be booked", "%(n)d visits are still to be booked", outlook.to_book
    )
    words = still % {"n": outlook.to_book}
    if outlook.can_all_be_delivered:
        return _("%(still)s by %(by)s; there is room for them.") % {"still": words, "by": by}
    return _("%(still)s, and only %(places)d times are left until %(by)s.") % {
        "still": words,
        "places": outlook.places_left,
        "by": by,
    }


def _text(one: Allowance) -> str:
    parts: Sequence[str] = (
        _("%(n)d used") % {"n": one.used},
        _("%(n)d booked") % {"n": one.booked}
        if one.booked or one.kind != AllowanceKind.REMOTE_SESSION
        else "",
        _left(one),
    )
    return ", ".join(filter(None, parts))


def _left(one: Allowance) -> str:
    if one.left is None:
        return _("not limited")
    if one.left >= 0:
        return _("%(left)d of %(limit)d left") % {"left": one.left, "limit": one.limit}
    if one.purchased is None:
        return _("%(over)d above fair use of %(limit)d") % {"over": -one.left, "limit": one.limit}
    return _("%(over)d more than the %(limit)d purchased") % {"over": -one.left, "limit": one.limit}


def _note(one: Allowance) -> str:
    span = _("%(first)s to %(last)s") % {"first": day_words(one.span.first), "last": day_words(one.span.last)}
    if one.purchased is None:
        return (
            span
            if one.limit is None
            else _("Fair use, counted from %(span)s. Nothing is refused.") % {"span": span}
        )
    words = _("Purchased for %(span)s") % {"span": span}
    return (
        _("%(words)s, with %(n)d carried over") % {"words": words, "n": one.carried} if one.carried else words
    )
