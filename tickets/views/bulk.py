"""One act on several tickets of the queue, what became of each, and taking it back."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.keys import key_in
from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from tickets.between import Seen
from tickets.bulk_words import done_words, undone_words
from tickets.errors import WrongState
from tickets.forms.bulk import BUTTONS, FORMS, asked_in, choice_of, chosen_in, once_in
from tickets.forms.fields import tell_at_fields
from tickets.models import BulkAction, BulkKind, BulkRow, Ticket
from tickets.queue import ME
from tickets.references import ticket_reference
from tickets.services.bulk import MOST_ROWS, bulk_act, bulk_undo
from tickets.views.walking import queue_address, walk_of, walked
from tickets.walking import Walk

# The button that asks nothing: they are mine.
TAKE = "take"


@require_POST
@desk_view(Permission.WORK_TICKETS)
def bulk(request: HttpRequest) -> HttpResponse:
    """Do it to the chosen tickets, or ask first for what is still missing."""
    tenant: Any = request
    chosen = chosen_in(request.POST)
    wanted = request.POST.get("do", "")
    kind = BulkKind.ASSIGN if wanted == TAKE else BulkKind(wanted) if wanted in BulkKind.values else None
    if kind is None or not 0 < len(chosen) <= MOST_ROWS:
        told = _("Choose from 1 to %(number)d tickets.") % {"number": MOST_ROWS}
        messages.error(request, told if wanted else _("Nothing is done yet: press one of the buttons."))
        return redirect(queue_address(request, walk_of(request)))
    is_answered = kind == BulkKind.ASSIGN or "asked" in request.POST
    form = FORMS[kind]({"owner": ME} if wanted == TAKE else request.POST if is_answered else None)
    if not form.is_valid():
        return _ask(request, kind, form, chosen)
    try:
        action = bulk_act(
            asked=asked_in(kind, form.cleaned_data, tenant.person),
            chosen=chosen,
            by=tenant.person,
            permissions=tenant.permissions,
            once=once_in(request.POST, wanted),
        )
    except ValidationError as problem:
        tell_at_fields(form, problem)
        return _ask(request, kind, form, chosen)
    return redirect(_after(request, action, is_whole=action.failed == 0))


@require_safe
@desk_view(Permission.WORK_TICKETS)
def bulk_done(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of each ticket."""
    tenant: Any = request
    action = get_object_or_404(BulkAction.objects.select_related("by"), pk=pk)
    walk = walk_of(request)
    rows = list(BulkRow.objects.filter(action=action).select_related("ticket__customer"))
    rows.sort(key=lambda row: (not (row.problem or row.undo_problem), row.pk))
    context = {
        **bulk_shown(request, walk, action),
        "walk": walk or "",
        "back_url": queue_address(request, walk),
        "rows": [
            {
                "row": row,
                "reference": ticket_reference(tenant.provider, row.ticket.number),
                "path": walked(row.ticket.desk_path(tenant.provider.slug), walk),
            }
            for row in rows
        ],
        "unseen": action.done + action.failed - len(rows),
    }
    return render(request, "tickets/desk/bulk_done.html", context)


@require_POST
@desk_view(Permission.WORK_TICKETS)
def bulk_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back, where nobody has changed anything since."""
    tenant: Any = request
    action = get_object_or_404(BulkAction, pk=pk)
    try:
        action = bulk_undo(action=action, by=tenant.person)
    except WrongState as problem:
        messages.error(request, str(problem))
        return redirect(_after(request, action, is_whole=False))
    return redirect(_after(request, action, is_whole=_undone(action) == action.done))


def bulk_shown(request: HttpRequest, walk: Walk | None, action: BulkAction | None = None) -> dict[str, Any]:
    """What was done, in words, and whether it can still be taken back: `action`, or the one that the address names."""
    tenant: Any = request
    key = key_in(request.GET.get("bulk"))
    if action is None and key is not None:
        action = BulkAction.objects.filter(pk=key, by=tenant.person).first()
    if action is None:
        return {}
    is_open = action.undone_at is None and timezone.now() <= action.undo_until
    return {
        "action": action,
        "words": undone_words(action, _undone(action)) if action.undone_at else done_words(action),
        "undo": is_open and action.done > 0 and action.by_id == tenant.person.pk,
        "url": walked(reverse("desk:bulk_done", args=[tenant.provider.slug, action.pk]), walk),
    }


def _undone(action: BulkAction) -> int:
    """On how many tickets it was taken back, of those that the person may read."""
    return BulkRow.objects.filter(action=action, undone=True).count()


def _after(request: HttpRequest, action: BulkAction, *, is_whole: bool) -> str:
    """Back in the queue where all went well, else the page that says why not."""
    tenant: Any = request
    walk = walk_of(request)
    if not is_whole:
        return walked(reverse("desk:bulk_done", args=[tenant.provider.slug, action.pk]), walk)
    queue = queue_address(request, walk)
    return f"{queue}{'&' if walk else '?'}bulk={action.pk}"


def _ask(request: HttpRequest, kind: BulkKind, form: Form, chosen: dict[int, Seen]) -> HttpResponse:
    """The page that asks for what is missing, the choice as it was."""
    tenant: Any = request
    walk = walk_of(request)
    tickets = Ticket.objects.filter(pk__in=chosen).select_related("customer").order_by("pk")
    context = {
        "kind": kind,
        "heading": kind.label,
        "button": BUTTONS[kind],
        "form": form,
        "once": request.POST.get("once") or uuid4(),
        "walk": walk or "",
        "back_url": queue_address(request, walk),
        "rows": [
            {
                "ticket": one,
                "reference": ticket_reference(tenant.provider, one.number),
                "choice": choice_of(one.pk, chosen[one.pk]),
            }
            for one in tickets
        ],
    }
    return render(request, "tickets/desk/bulk_form.html", context, status=422 if form.errors else 200)
