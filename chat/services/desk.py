"""Who of the desk takes chats, and what an administrator sets."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from chat.availability import PRESENT_FOR
from chat.live import desk_news
from chat.models import ChatPresence, ChatSettings
from chat.origins import origin_of

SET = ("is_on", "sites", "open_words", "away_words", "close_words")


@transaction.atomic
def presence_set(*, person: Person, takes_chats: bool) -> ChatPresence:
    """Take chats from now on, or no longer."""
    row, _is_new = ChatPresence.objects.update_or_create(
        person=person, defaults={"takes_chats": takes_chats, "seen_at": timezone.now()}
    )
    desk_news()
    return row


def presence_beat(*, person: Person) -> bool:
    """The technician's page is there. Whether they take chats; nobody starts to by this."""
    row = ChatPresence.objects.filter(person=person, takes_chats=True).first()
    if row is None:
        return False
    now = timezone.now()
    if now - row.seen_at > PRESENT_FOR / 4:
        ChatPresence.objects.filter(pk=row.pk).update(seen_at=now)
    return True


@transaction.atomic
def chat_settings_save(
    *, is_on: bool, sites: Sequence[str], open_words: str = "", away_words: str = "", close_words: str = ""
) -> ChatSettings:
    """Whether schools can chat, where the widget may stand and what its button says ('': our words).

    Raises ValidationError for a wrong address and for words longer than forty letters.
    """
    cleaned = []
    for site in sites:
        origin = origin_of(site)
        if origin is None:
            words = _("%(site)s is no address of a web site. Write it as https://www.example.org.")
            raise ValidationError({"sites": words % {"site": site}})
        cleaned.append(origin)
    row = ChatSettings.objects.first() or ChatSettings()
    before = {name: getattr(row, name) for name in SET}
    row.is_on, row.sites = is_on, sorted(set(cleaned))
    row.open_words, row.away_words, row.close_words = open_words, away_words, close_words
    row.clean_fields(exclude=["provider"])
    row.save()
    after = {name: getattr(row, name) for name in SET}
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if changes:
        audit_record(action="chat.settings", target=row, changes=changes)
    return row
