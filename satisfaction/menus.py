"""The menu entry, settings and panels of the question."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.navigation import NavItem, navigation_add
from accounts.panels import Content, Panel
from accounts.permissions import Permission
from accounts.settings_menu import SettingsGroup, SettingsItem, settings_add
from accounts.tenancy.access import Door
from satisfaction.forms import AnswerForm
from satisfaction.selectors import question_of, questions_readable
from tickets.models import Ticket
from tickets.side_panels import SIDE_PANELS


def desk_panel(request: HttpRequest, ticket: Ticket) -> Content | None:
    """What was asked and answered about each closing of the ticket; nothing before the first."""
    if ticket.closed_at is None and ticket.fix_clock is not None and ticket.fix_clock.previous_id is None:
        return None  # never closed: what is opened again has a new fix clock
    rows = list(questions_readable().filter(ticket=ticket).select_related("person").order_by("-closed_at"))
    return {"rows": rows} if rows else None


def portal_panel(request: HttpRequest, ticket: Ticket) -> Content | None:
    """The question about a closed request, for whom it was put to; also to change the answer."""
    tenant: Any = request
    question = question_of(ticket=ticket, person=tenant.person)
    if question is None:
        return None
    is_over = timezone.now() > question.open_until
    if is_over and not question.is_answered:
        return None
    form = AnswerForm(
        initial={"answer": question.answer, "comment": question.comment}, auto_id="satisfaction-%s"
    )
    return {"question": question, "form": None if is_over else form}


navigation_add(
    NavItem(Door.DESK, _("Satisfaction"), "desk_satisfaction:list", "smile", 78, Permission.SEE_SATISFACTION)
)
settings_add(
    SettingsItem(
        SettingsGroup.PROVIDER,
        _("Satisfaction"),
        "settings:satisfaction",
        "smile",
        30,
        Permission.MANAGE_PROVIDER,
        _(
            "Whether schools are asked how you did when a request is closed, and how often one person is mailed."
        ),
    )
)
SIDE_PANELS.add(Panel(Door.DESK, 15, "satisfaction/panels/desk.html", desk_panel))
SIDE_PANELS.add(Panel(Door.PORTAL, 5, "satisfaction/panels/portal.html", portal_panel, is_first=True))
