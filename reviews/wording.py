"""The figures that decided a review, in words (Rule S12)."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Provider
from reviews.models import Review, ReviewKind
from tickets.references import ticket_reference

MINUTES = 60
TENTHS = 10


def subject_words(provider: Provider, review: Review) -> str:
    """What is looked at: the ticket as people name it, or the school."""
    if review.ticket is not None:
        return f"{ticket_reference(provider, review.ticket.number)} {review.ticket.subject}"
    return review.customer.name


def short_words(review: Review) -> str:
    """Why it came up, in a line: 'Open 61 working hours; 9 of 10 of this kind are fixed within 22'."""
    figures = review.figures
    if review.kind == ReviewKind.TICKET:
        words = _("Open %(hours)s working hours; 9 of 10 of this kind are fixed within %(ninth)s")
        return words % {"hours": _down(figures["minutes"]), "ninth": _up(figures["ninth"])}
    words = ngettext(
        "%(recent)s urgent or high ticket in 30 days; %(normal)s is normal",
        "%(recent)s urgent and high tickets in 30 days; %(normal)s are normal",
        figures.get("recent", 0),
    )
    return words % {"recent": figures.get("recent", 0), "normal": _normal(review)}


def basis_words(review: Review) -> list[str]:
    """How it was worked out, a sentence each, with the numbers as they were when it was put up."""
    figures = review.figures
    if review.kind == ReviewKind.TICKET:
        return [_kind_words(review), _half_words(review)]
    found = []
    if figures.get("own") is not None:
        words = _("By its own year before: %(number)s in 30 days.")
        found.append(words % {"number": _tenths(figures["own"])})
    if figures.get("by_size") is not None:
        words = _(
            "By its size, with %(people)s people on record, as all schools together: %(number)s in 30 days."
        )
        found.append(words % {"people": figures["people"], "number": _tenths(figures["by_size"])})
    found.append(
        _("The higher of these is what is normal. Twice as many, and 5 at least, come up for review.")
    )
    return found


def _kind_words(review: Review) -> str:
    figures = review.figures
    values = {"number": figures["tickets"], "category": figures["category"], "level": figures["level"]}
    if figures["category"]:
        words = _("Compared with the %(number)s tickets closed in twelve months: %(category)s, %(level)s.")
    else:
        words = _(
            "Compared with all %(number)s tickets of the level %(level)s closed in twelve months: of its own category"
            " there were too few."
        )
    return words % values


def _half_words(review: Review) -> str:
    words = _("Half were fixed within %(median)s working hours, 9 of 10 within %(ninth)s.")
    return words % {"median": _up(review.figures["median"]), "ninth": _up(review.figures["ninth"])}


def _normal(review: Review) -> str:
    known = (review.figures.get(key) for key in ("own", "by_size"))
    return _tenths(max((one for one in known if one is not None), default=0))


def _down(minutes: int) -> str:
    return number_format(minutes // MINUTES)


def _up(minutes: int) -> str:
    """Whatever was fixed within it was fixed within the hour that is named."""
    return number_format(-(-minutes // MINUTES))


def _tenths(value: int) -> str:
    return number_format(value / TENTHS, decimal_pos=1)
