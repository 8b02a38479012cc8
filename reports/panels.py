"""What reports show on pages of other apps: the live state of the desk (Rule R2)."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.permissions import Permission
from accounts.tenancy.access import may
from reports.presentation import percent as percent_words
from reports.presentation import room_words, target_text, verdict
from reports.selectors import desk_live

TEMPLATE = "reports/_desk_panel.html"


def desk_panel(request: HttpRequest) -> dict[str, Any] | None:
    """The context of `TEMPLATE` for a page of the provider's staff; None for whoever may not see reports."""
    if not may(request, Permission.SEE_REPORTS):
        return None
    tenant: Any = request
    live = desk_live(person=tenant.person, zone=tenant.provider.time_zone, now=timezone.now())
    return {
        "provider": tenant.provider,
        "live": live,
        "promises": [
            {
                "key": key,
                "tally": tally,
                "percent": percent_words(tally.tenths),
                "target": target_text(tally),
                "badge": verdict(tally.on_target),
                "room": room_words(tally),
            }
            for key, tally in (("reply", live.headline.reply), ("fix", live.headline.fix))
        ],
    }
