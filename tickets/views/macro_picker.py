"""Macros on a ticket's page: the list to choose from, and what the chosen one puts into the composer.

With script the list comes when it is opened, and the words go in at the cursor (`static/js/insert.js`). Without, what
was typed is kept as a draft, the list is a page, and so is the composer with the words after the draft.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.keys import row_in
from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from accounts.tenancy.scope import current_scope
from tickets.between import seen_of
from tickets.forms.desk import ReplyForm
from tickets.forms.macros import ComposedForm
from tickets.macros import MOST_SHOWN, Said, macro_does, macro_said, macro_values, macros_of
from tickets.models import DraftKind, ReadingWay, Ticket
from tickets.references import ticket_reference
from tickets.selectors import conversation_of, drafts_of
from tickets.services.drafts import draft_save
from tickets.services.readings import reading_record

# In place of a macro's id: take back what one proposed.
NOTHING = 0
# What the variables are read from.
WITH_VALUES = ("customer", "requester", "level", "response_clock", "fix_clock")


@require_http_methods(["GET", "POST"])
@desk_view(Permission.WORK_TICKETS)
def macro_picker(request: HttpRequest, number: int) -> HttpResponse:
    """The macros that the person sees, all or those with some words. A post keeps what was typed first."""
    tenant: Any = request
    ticket = get_object_or_404(Ticket, number=number)
    if request.method == "POST":
        return _kept(request, ticket)
    words = request.GET.get("q", "").strip()
    rows = list(macros_of(tenant.person, words)[: MOST_SHOWN + 1])
    context = {
        "ticket": ticket,
        "reference": ticket_reference(tenant.provider, ticket.number),
        "path": ticket.desk_path(tenant.provider.slug),
        "rows": [{"macro": one, "does": macro_does(one)} for one in rows[:MOST_SHOWN]],
        "has_more": len(rows) > MOST_SHOWN,
        "words": words,
    }
    is_part = bool(tenant.htmx)
    template = "tickets/desk/_macros.html" if is_part else "tickets/desk/macro_picker.html"
    return render(request, template, context)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def macro_chosen(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Its words for the cursor, and what else is done when the answer is sent. Nothing is done here.

    Without script it is a page: the conversation, and the composer with the words after the person's draft.
    """
    tenant: Any = request
    ticket = get_object_or_404(Ticket.objects.select_related(*WITH_VALUES), number=number)
    reading_record(ticket=ticket, person_id=current_scope().person_id, way=ReadingWay.PAGE)
    path = ticket.desk_path(tenant.provider.slug)
    macro = row_in(macros_of(tenant.person), str(pk))
    said = macro_said(macro, macro_values(tenant.provider, ticket, tenant.person)) if macro else None
    context = {
        "ticket": ticket,
        "path": path,
        "composed": _composed(said),
        "said": said,
        "is_gone": said is None and pk != NOTHING,
        "drafts": drafts_of(ticket, tenant.person),
        "may_fix": ticket.is_open,
    }
    if tenant.htmx:
        return render(request, "tickets/desk/_composer_send.html", context)
    if said is None:
        messages.warning(request, _("This macro is not there any more. Choose another one."))
        return redirect(f"{path}#composer")
    return render(request, "tickets/desk/macro_compose.html", {**context, **_page(request, ticket, context)})


def _page(request: HttpRequest, ticket: Ticket, context: dict[str, Any]) -> dict[str, Any]:
    """What the page beside the composer's end needs. The words stand in the form: nothing is to be put in by script."""
    tenant: Any = request
    draft, said = context["drafts"].get(DraftKind.REPLY), context["said"]
    reply = {
        "text": "\n\n".join(filter(None, [draft.text if draft else "", said.text])),
        "by_phone": bool(draft and draft.by_phone),
    }
    conversation = conversation_of(ticket, for_staff=True)
    return {
        "reference": ticket_reference(tenant.provider, ticket.number),
        "conversation": conversation,
        "reply_seen": seen_of(ticket, conversation),
        "forms": {"reply": ReplyForm(initial=reply, auto_id="reply-%s"), "fix": context["may_fix"]},
        "heading": said.macro.name,
        "said": None,
    }


def _composed(said: Said | None) -> ComposedForm | None:
    """What a macro proposes; None where it only says something, or there is none."""
    return None if said is None or said.macro.is_words_alone else ComposedForm(said=said, auto_id="macro-%s")


def _kept(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    tenant: Any = request
    try:
        draft_save(
            ticket=ticket,
            person=tenant.person,
            kind=DraftKind.REPLY,
            text=request.POST.get("text", ""),
            by_phone="by_phone" in request.POST,
        )
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect(f"{ticket.desk_path(tenant.provider.slug)}#composer")
    if request.FILES:
        messages.warning(request, _("Please choose the files again: they could not be kept."))
    return redirect(request.path)
