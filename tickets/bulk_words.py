"""What was done to several tickets at once, in a sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.models import BulkAction, BulkKind


def done_words(action: BulkAction) -> str:
    """What was done, and how many could not be."""
    told = _done(action)
    if not action.failed:
        return told
    rest = ngettext("%(number)d is as it was.", "%(number)d are as they were.", action.failed)
    return f"{told} {rest % {'number': action.failed}}"


def undone_words(action: BulkAction, number: int) -> str:
    """That it was taken back, on so many of the tickets."""
    values = {"what": _done(action), "number": number, "all": action.done}
    if number < action.done:
        return _("Taken back on %(number)d of %(all)d: %(what)s") % values
    return _("Taken back: %(what)s") % values


def _done(action: BulkAction) -> str:
    values = {"number": action.done, "to": action.chosen.get("to", "")}
    if action.kind == BulkKind.CLOSE:
        words = ngettext(
            "%(number)d ticket closed: %(to)s.", "%(number)d tickets closed: %(to)s.", action.done
        )
    elif action.kind == BulkKind.LEVEL:
        words = ngettext(
            "%(number)d ticket has the level %(to)s now.",
            "%(number)d tickets have the level %(to)s now.",
            action.done,
        )
    elif values["to"]:
        words = ngettext(
            "%(number)d ticket given to %(to)s.", "%(number)d tickets given to %(to)s.", action.done
        )
    else:
        words = ngettext(
            "%(number)d ticket has no owner now.", "%(number)d tickets have no owner now.", action.done
        )
    return words % values
