"""Every edit of a calendar that moves deadlines is shown first: how many, which, and only then made (Rule S13)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.settings_menu import settings_page
from sla.impact import Impact
from sla.models import Clock
from sla.services.recomputation import preview

EXAMPLES_SHOWN = 10
NOT_REPEATED = frozenset({"csrfmiddlewaretoken", "confirm"})


def change_previewed(
    request: HttpRequest,
    change: Callable[[], object],
    *,
    heading: str,
    done: str,
    next_url: str,
    back_url: str,
) -> HttpResponse:
    """Make a change, at once where no deadline moves, else after a page that shows what it would do.

    `change` calls the services of `calendar_edits`. Raises what they raise (ValidationError) before anything is shown.
    The page repeats the posted fields, so that the confirmed change is the one that was shown.
    """
    impact = preview(change)
    if (impact.moved or impact.notes) and "confirm" not in request.POST:
        return _preview_page(request, impact, heading=heading, back_url=back_url)
    change()
    messages.success(request, " ".join([done, *_parts(impact)]))
    return redirect(next_url)


def _parts(impact: Impact) -> list[str]:
    return [*([impact_words(impact)] if impact.moved else []), *impact.notes]


def impact_words(impact: Impact) -> str:
    """'17 deadlines of open requests move; 3 are no longer missed; 2 become missed.'"""
    parts = [
        ngettext(
            "%(count)s deadline of an open request moves",
            "%(count)s deadlines of open requests move",
            impact.moved,
        )
        % {"count": impact.moved},
        _("%(count)s no longer missed") % {"count": impact.leave_breach},
        _("%(count)s newly missed") % {"count": impact.enter_breach},
    ]
    return "; ".join(parts) + "."


def _preview_page(request: HttpRequest, impact: Impact, *, heading: str, back_url: str) -> HttpResponse:
    shown = impact.rows[:EXAMPLES_SHOWN]
    clocks = Clock.objects.select_related("level", "customer").in_bulk([row.clock_id for row in shown])
    examples: list[dict[str, Any]] = [
        {"clock": clocks[row.clock_id], "old": row.old_due_at, "new": row.new_due_at} for row in shown
    ]
    fields = [
        (name, value) for name, values in request.POST.lists() if name not in NOT_REPEATED for value in values
    ]
    context = {
        "heading": heading,
        "impact": impact,
        "words": " ".join(_parts(impact)),
        "examples": examples,
        "more": impact.moved - len(examples),
        "fields": fields,
        "back_url": back_url,
    }
    return settings_page(request, "sla/settings/preview.html", context)
