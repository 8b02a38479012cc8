"""Starting a chat, writing in it, taking it and handing it over (Rule I4)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.files import UploadedPart
from accounts.models import Customer, Person
from accounts.services import audit_record
from chat.availability import availability
from chat.errors import ChatClosed, ChatTaken, ChatWrongState
from chat.models import Chat, ChatMessage, ChatOrigin, ChatProof, ChatState, Side
from chat.services.base import chat_lock, event_line, line_add, open_chat_lock
from chat.services.files import files_check, files_store

LONGEST = 4000  # characters of a message
LEFT_AFTER = timedelta(minutes=3)  # without a sign of the visitor's page: a locked telephone is no farewell
SEEN_EVERY = timedelta(seconds=15)  # no write for each time that a page asks


@transaction.atomic
def chat_start(
    *,
    customer: Customer,
    person: Person,
    text: str,
    key: str,
    origin: ChatOrigin,
    proof: ChatProof | None = None,
) -> Chat:
    """A chat with its first message. Somebody who is chatting already goes on in the chat that they have.

    Raises ChatClosed outside hours, with nobody there and where the package has no desk; ValidationError for the text.
    """
    text, key = _clean(text, key)
    now = timezone.now()
    if not availability(now, customer).is_open:
        raise ChatClosed
    try:
        with transaction.atomic():
            chat = Chat.objects.create(
                customer=customer,
                person=person,
                origin=origin,
                proof=proof,
                started_at=now,
                seen_at=now,
                wake_at=now + LEFT_AFTER,
            )
    except IntegrityError as error:
        if "chat_one_open_each" not in str(error):
            raise
        chat = Chat.objects.exclude(state=ChatState.ENDED).get(person=person)
    else:
        audit_record(action="chat.started", target=chat)
    chat_say(chat=chat, text=text, key=key)
    chat.refresh_from_db()
    return chat


@transaction.atomic
def chat_say(*, chat: Chat, text: str, key: str, files: Sequence[UploadedPart] = ()) -> ChatMessage:
    """A message of the visitor, of words, files or both. The same `key` again answers the message that is there.

    Raises ValidationError for the text and the files, and ChatEnded.
    """
    text, key = _clean(text, key, may_be_empty=bool(files))
    chat = chat_lock(chat)
    there = ChatMessage.objects.filter(chat=chat, client_key=key).first()
    if there is not None:
        return there
    chat = open_chat_lock(chat)
    files_check(chat, files)
    now = timezone.now()
    message = line_add(
        chat,
        side=Side.VISITOR,
        text=text,
        at=chat.started_at if chat.last_seq == 0 else now,  # the clock of a ticket made of it starts here
        author=chat.person,
        key=key,
    )
    files_store(message, files)
    chat.unanswered += 1
    chat.seen_at, chat.wake_at = now, now + LEFT_AFTER
    chat.save()
    return message


@transaction.atomic
def chat_answer(
    *, chat: Chat, author: Person, text: str, key: str, files: Sequence[UploadedPart] = ()
) -> ChatMessage:
    """A message of the technician who has the chat: the first one is the first answer (Rule S5). As `chat_say`.

    Raises ChatTaken where another has the chat, ChatWrongState where nobody has.
    """
    text, key = _clean(text, key, may_be_empty=bool(files))
    chat = chat_lock(chat)
    there = ChatMessage.objects.filter(chat=chat, client_key=key).first()
    if there is not None:
        return there
    chat = open_chat_lock(chat)
    check_has(chat, author)
    files_check(chat, files)
    now = timezone.now()
    message = line_add(chat, side=Side.DESK, text=text, at=now, author=author, key=key)
    files_store(message, files)
    chat.unanswered, chat.answered_at = 0, chat.answered_at or now
    chat.save()
    return message


@transaction.atomic
def chat_take(*, chat: Chat, person: Person) -> Chat:
    """Take a waiting chat. Of two at once one gets it; the other is told who. Taking it is no answer (Rule S5).

    Raises ChatTaken, ChatEnded.
    """
    chat = open_chat_lock(chat)
    if chat.assignee_id == person.pk:
        return chat
    if chat.assignee is not None:
        raise ChatTaken(chat.assignee.name)
    return _give(chat, person)


@transaction.atomic
def chat_hand_over(*, chat: Chat, to: Person | None) -> Chat:
    """Give a chat to a colleague, who may be oneself, or (None) back to those who wait. Raises ChatEnded."""
    chat = open_chat_lock(chat)
    if chat.assignee_id == (to.pk if to else None):
        return chat
    if to is not None:
        return _give(chat, to)
    chat.state, chat.assignee = ChatState.WAITING, None
    event_line(chat, _("A colleague will be with you in a moment."), timezone.now())
    chat.save()
    audit_record(action="chat.handed_back", target=chat)
    return chat


@transaction.atomic
def chat_seen(*, chat: Chat, got: int) -> None:
    """The visitor's page is there and shows everything up to message `got`. Cheap: writes only what is news."""
    now = timezone.now()
    got = min(got, chat.last_seq)
    if got <= chat.got_seq and now - chat.seen_at < SEEN_EVERY:
        return
    chat = chat_lock(chat)
    chat.got_seq, chat.seen_at = max(got, chat.got_seq), now
    chat.save(update_fields=["got_seq", "seen_at"])


def check_has(chat: Chat, person: Person) -> None:
    """Raise ChatWrongState where nobody has the chat, ChatTaken where it is not this person."""
    if chat.assignee is None:
        raise ChatWrongState(_("Take the chat before you answer."))
    if chat.assignee_id != person.pk:
        raise ChatTaken(chat.assignee.name)


def _give(chat: Chat, person: Person) -> Chat:
    before = str(chat.assignee or "")
    chat.state, chat.assignee = ChatState.ACTIVE, person
    event_line(chat, _("%(name)s is with you now.") % {"name": person.name}, timezone.now())
    chat.save()
    audit_record(action="chat.taken", target=chat, changes={"assignee": (before, person.name)})
    return chat


def _clean(text: str, key: str, *, may_be_empty: bool = False) -> tuple[str, str]:
    text = text.replace("\x00", "").strip()
    if not text and not may_be_empty:
        raise ValidationError({"text": _("Write something first.")})
    if len(text) > LONGEST:
        raise ValidationError({"text": _("Please write less than %(most)d characters.") % {"most": LONGEST}})
    try:
        return text, str(UUID(key))
    except ValueError:
        raise ValidationError({"key": _("This message has no key. Load the page again.")}) from None
