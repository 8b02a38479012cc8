"""The ready answer for tickets that are linked to a notice."""

from collections.abc import Iterable

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import Provider
from knowledge.models import NoticeTicket, ServiceNotice
from knowledge.notice_forms import AnswerForm
from knowledge.notices import is_to_answer
from knowledge.services.notice_links import ANSWERED_AT_ONCE
from tickets.references import ticket_reference


def answer_form(
    notice: ServiceNotice, links: Iterable[NoticeTicket], provider: Provider, data: QueryDict | None = None
) -> AnswerForm | None:
    """The form with a ready answer, the linked tickets ticked that are still open; None without one."""
    links = [link for link in links if is_to_answer(link)][:ANSWERED_AT_ONCE]
    if not links:
        return None
    form = AnswerForm(data, auto_id="answer-%s")
    form.fields["tickets"].choices = [  # type: ignore[attr-defined]
        (
            link.ticket_id,
            f"{ticket_reference(provider, link.ticket.number)} {link.ticket.subject} ({link.ticket.customer.name})",
        )
        for link in links
    ]
    form.initial = {"text": _ready_words(notice), "tickets": [link.ticket_id for link in links]}
    return form


def _ready_words(notice: ServiceNotice) -> str:
    if not notice.is_over:
        return f"{notice.title}: {notice.get_state_display()}\n\n{notice.text}"
    ending = _("If it does not work for you yet, please answer this message.")
    over = _("%(title)s: this is over.") % {"title": notice.title}
    return f"{over}\n\n{notice.text}\n\n{ending}"
