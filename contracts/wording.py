"""Variations and obligations in words that a school reads."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.models import Answer, ClauseTopic, PausePolicy, Variation, Varied, VisitWindow


def hours_words(minutes: int) -> str:
    """Working minutes: '1 h 30 min'."""
    hours, rest = divmod(minutes, 60)
    parts = [_("%(n)s h") % {"n": hours}] * bool(hours) + [_("%(n)s min") % {"n": rest}] * bool(
        rest or not hours
    )
    return " ".join(parts)


def thing_words(row: Variation) -> str:
    """What differs: 'Reply time, Urgent'."""
    if row.level is not None:
        return f"{row.get_varied_display()}, {row.level.name}"
    if row.varied == Varied.CLAUSE:
        return str(dict(ClauseTopic.choices).get(row.topic, row.topic))
    return row.get_varied_display()


def value_words(row: Variation) -> str:
    """What was agreed: 'within 30 min', 'On-site hours'."""
    number = row.number or 0
    match row.varied:
        case Varied.CALENDAR:
            return row.calendar.name if row.calendar else ""
        case Varied.CLOSURE:
            return _closure(row)
        case Varied.RESPONSE | Varied.FIX:
            return _("within %(time)s of working time") % {"time": hours_words(number)}
        case Varied.TARGET:
            return f"{number} %"
        case Varied.PAUSE:
            return str(PausePolicy(row.choice).label)
        case Varied.VISITS:
            return ngettext("%(n)s visit a year", "%(n)s visits a year", number) % {"n": number}
        case Varied.WINDOW:
            return str(VisitWindow(row.choice).label)
        case _:
            return f"{Answer(row.choice).label}: {row.words}"


def period_words(first: date, last: date | None) -> str:
    """'from 1 Dec 2026' or '1 Dec 2026 to 31 Aug 2027'."""
    if last is None:
        return _("from %(first)s") % {"first": day_words(first)}
    if first == last:
        return day_words(first)
    return _("%(first)s to %(last)s") % {"first": day_words(first), "last": day_words(last)}


def day_words(day: date) -> str:
    return date_format(day, "j M Y")


def _closure(row: Variation) -> str:
    assert row.first_day is not None
    words = _("%(name)s, %(days)s: closed") if row.is_closed else _("%(name)s, %(days)s: does not hold")
    return words % {"name": row.words, "days": period_words(row.first_day, row.last_day)}
