"""A time at which we telephone, agreed in a chat (rules I4, I5)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.models import Chat
from chat.services.base import chat_lock, event_line
from chat.services.transcript import chat_open_ticket
from tickets.clock_words import clock_time
from tickets.models import CallBack
from tickets.services.call_backs import call_back_agree


@transaction.atomic
def chat_call_back(*, chat: Chat, phone: str, at: datetime) -> CallBack:
    """Promise a call on the chat's ticket, which is opened where there is none. The visitor reads it in the chat.

    Raises ValidationError for a time that is past and for no number.
    """
    if at <= timezone.now():
        raise ValidationError({"at": _("Choose a time to come.")})
    if not phone.strip():
        raise ValidationError({"phone": _("Which number shall we call?")})
    ticket = chat_open_ticket(chat=chat)
    call_back = call_back_agree(ticket=ticket, person=chat.person, phone=phone.strip(), at=at)
    chat = chat_lock(chat)
    words = _("We will call you on %(when)s at %(phone)s.") % {"when": clock_time(at), "phone": phone.strip()}
    event_line(chat, words, timezone.now())
    chat.save()
    return call_back
