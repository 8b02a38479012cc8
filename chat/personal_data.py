"""What this app holds of people: chats and the proofs of addresses before them (Rule T7)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.nobody import ADDRESS, nobody
from accounts.protecting import Fate, Holding, Paths, RecordKind, holding_add, obstacle_add, record_kind_add
from accounts.tenancy.going import REMOVED, rows_remove, words_remove
from chat.models import Chat, ChatFile, ChatMessage, ChatProof, ChatState


def _old_chats(before: datetime) -> QuerySet[Chat]:
    ended = Chat.objects.filter(state=ChatState.ENDED, ended_at__lt=before)
    return ended.exclude(person__email=ADDRESS.format(what="nobody"))


def chats_release(ids: Sequence[int]) -> Paths:
    """Take the words and files of chats away. Needs the open system scope."""
    files = ChatFile.objects.filter(message__chat__in=ids)
    paths = [str(one.file.name) for one in files]
    rows_remove(ChatFile, [one.pk for one in files])
    words_remove(ChatMessage, list(ChatMessage.objects.filter(chat__in=ids).values_list("pk", flat=True)))
    proofs = ChatProof.objects.filter(chats__in=ids)
    proofs.update(email=ADDRESS.format(what="nobody"), name=REMOVED)
    return paths


def _chats_age(ids: Sequence[int]) -> Paths:
    paths = chats_release(ids)
    ChatProof.objects.filter(chats__in=ids).update(person=None)
    Chat.objects.filter(pk__in=ids).update(person=nobody())
    return paths


def _chats_erase(person: Person) -> Paths:
    ChatProof.objects.filter(email__iexact=person.email, chats__isnull=True).delete()
    return chats_release(list(Chat.objects.filter(person=person).values_list("pk", flat=True)))


def _open_chat(person: Person) -> str:
    own = Chat.objects.filter(person=person) | Chat.objects.filter(assignee=person)
    return gettext("A chat with them is still open.") if own.exclude(state=ChatState.ENDED).exists() else ""


obstacle_add(_open_chat)
record_kind_add(
    RecordKind(
        key="chats",
        order=50,
        name=_("Chats"),
        begins=_("when the chat ended"),
        loses=_(
            "Words, files and the visitor's name are removed; when it was and how long it took to answer stays."
        ),
        usual_days=365,
        least_days=30,
        rows=_old_chats,
        began="ended_at",
        release=_chats_age,
        ticket="ticket",
        people=("person",),
    )
)
holding_add(
    Holding(
        key="chats",
        name=_("Chats"),
        rows=lambda person: ChatMessage.objects.filter(chat__person=person),
        shows=("chat", "at", "side", "author__name", "text"),
        fate=Fate.LOSES_WORDS,
        why=_("When a chat was and how soon it was answered stays, without words and files."),
        erase=_chats_erase,
        others=True,
    )
)
holding_add(
    Holding(
        key="chat_files",
        name=_("Files of chats"),
        rows=lambda person: ChatFile.objects.filter(message__chat__person=person),
        shows=("message__chat", "name", "size", "sha256"),
        fate=Fate.GOES,
        why=_("They go with the chats, from the disk as well."),
        others=True,
        file="file",
    )
)
