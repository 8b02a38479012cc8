"""What this app holds of one person (Rule T7)."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Person
from accounts.protecting import Fate, Holding, Paths, holding_add, obstacle_add
from accounts.tenancy.going import REMOVED, words_remove
from tickets.models import (
    AnsweredAddress,
    Attachment,
    Audience,
    CallBack,
    Draft,
    IdentityCheck,
    InboundMail,
    Macro,
    Message,
    Passphrase,
    RefusedSender,
    RequestAnswer,
    SafeguardingContact,
    SavedView,
    Ticket,
    TicketReading,
    TicketState,
    Watcher,
    WorkTime,
)
from tickets.services.releasing import (
    ERASED,
    elsewhere_release,
    inbound_release,
    raw_release,
    tickets_release,
)


def _own_tickets(person: Person) -> QuerySet[Ticket]:
    return Ticket.objects.filter(requester=person)


def _own_messages(person: Person) -> QuerySet[Message]:
    return Message.objects.filter(ticket__requester=person)


def _elsewhere(person: Person) -> QuerySet[Message]:
    """What somebody of a school wrote into requests of others."""
    rows = Message.objects.filter(author=person).exclude(ticket__requester=person)
    return rows.none() if person.is_staff else rows


def _by_staff(person: Person) -> QuerySet[Message]:
    rows = Message.objects.filter(author=person)
    return rows if person.is_staff else rows.none()


def _files(person: Person) -> QuerySet[Attachment]:
    theirs = Q(message__author=person)
    return Attachment.objects.filter(
        theirs if person.is_staff else theirs | Q(message__ticket__requester=person)
    )


def _received(person: Person) -> QuerySet[InboundMail]:
    return InboundMail.objects.filter(sender__iexact=person.email)


def _tickets_erase(person: Person) -> Paths:
    ids = list(_own_tickets(person).values_list("pk", flat=True))
    return tickets_release(ids, why=ERASED, keep_requester=True)


def _received_erase(person: Person) -> Paths:
    for model in (RefusedSender, AnsweredAddress):
        model._default_manager.filter(address__iexact=person.email).delete()
    named = list(_naming(person).values_list("pk", flat=True))
    paths = inbound_release(
        InboundMail.objects.filter(pk__in=list(_received(person).values_list("pk", flat=True)))
    )
    return paths + raw_release(InboundMail.objects.filter(pk__in=named))


def _naming(person: Person) -> QuerySet[InboundMail]:
    """Mail of others that names the person, also where its bytes are encoded: its text on the ticket says so."""
    in_words = Q(recipients__contains=[person.email])
    for needle in (person.email, person.name):
        in_words |= Q(message__text__icontains=needle) | Q(message__quoted_text__icontains=needle)
    in_bytes = "position(convert_to(%s, 'UTF8') in raw) > 0 OR position(convert_to(%s, 'UTF8') in raw) > 0"
    rows = InboundMail.objects.extra(where=[in_bytes], params=[person.email, person.name])  # noqa: S610 - parameters
    return InboundMail.objects.filter(
        Q(pk__in=InboundMail.objects.filter(in_words)) | Q(pk__in=rows.values("pk"))
    )


def _answers_erase(person: Person) -> Paths:
    RequestAnswer.objects.filter(person=person).update(value=REMOVED, person=None)
    return []


def _checks_erase(person: Person) -> Paths:
    words_remove(
        IdentityCheck, list(IdentityCheck.objects.filter(person=person).values_list("pk", flat=True))
    )
    return []


def _kept_erase(person: Person) -> Paths:
    """What somebody of the desk kept for themselves alone. What they share stays the desk's."""
    for model in (Macro, SavedView):
        model._default_manager.filter(owner=person, audience=Audience.OWN).delete()
    return []


def _removes(*found: type[Any]) -> Callable[[Person], Paths]:
    """Removing the rows of these models that name the person."""

    def erase(person: Person) -> Paths:
        for model in found:
            model.objects.filter(person=person).delete()
        return []

    return erase


def _open_requests(person: Person) -> str:
    own = (
        Ticket.objects.filter(Q(requester=person) | Q(assignee=person))
        .exclude(state=TicketState.CLOSED)
        .count()
    )
    words = ngettext(
        "One request of theirs is not closed.", "%(count)d requests of theirs are not closed.", own
    )
    return words % {"count": own} if own else ""


obstacle_add(_open_requests)


def _add(key: str, name: Any, rows: Any, shows: Iterable[str], fate: Fate, why: Any, **more: Any) -> None:
    holding_add(Holding(key=key, name=name, rows=rows, shows=tuple(shows), fate=fate, why=why, **more))


_add(
    "messages_elsewhere",
    _("What they wrote in requests of others"),
    _elsewhere,
    ("ticket__number", "at", "channel", "text"),
    Fate.GOES,
    _("Their words go, and what others quoted of them; the rest of those conversations stays."),
    erase=lambda person: elsewhere_release(_elsewhere(person)),
)
_add(
    "messages_own",
    _("Messages in their requests"),
    _own_messages,
    ("ticket__number", "at", "direction", "author__name", "text", "quoted_text"),
    Fate.GOES,
    _("The whole conversation goes, with our answers and notes."),
    others=True,
)
_add(
    "files",
    _("Files"),
    _files,
    ("message__ticket__number", "name", "size", "sha256"),
    Fate.GOES,
    _("They go with the messages, from the disk as well. Files that colleagues sent to schools stay."),
    others=True,
    file="file",
)
_add(
    "tickets",
    _("Requests they asked for"),
    _own_tickets,
    ("number", "customer__name", "subject", "channel", "state", "logged_at", "closed_at", "closed_as"),
    Fate.LOSES_WORDS,
    _(
        "Number, school, level, category, clocks and figures stay: reports of earlier quarters keep their numbers."
    ),
    erase=_tickets_erase,
)
_add(
    "mail_in",
    _("Mail that they sent"),
    _received,
    ("received_at", "sender", "sender_name", "subject", "state"),
    Fate.LOSES_WORDS,
    _("That a message came in stays, without sender, subject and words."),
    erase=_received_erase,
    others=True,
    file="raw",
)
_add(
    "messages_staff",
    _("What they wrote to schools"),
    _by_staff,
    ("ticket__number", "at", "direction", "channel", "text"),
    Fate.STAYS,
    _("What colleagues wrote is the desk's record of its work; their name in it is replaced."),
    others=True,
)
_add(
    "work_times",
    _("Time that they worked on requests"),
    lambda person: WorkTime.objects.filter(person=person),
    ("ticket__number", "minutes", "ended_at", "note"),
    Fate.STAYS,
    _("What colleagues worked is the desk's record of its work; their name in it is replaced."),
)
_add(
    "call_backs",
    _("Calls agreed with them"),
    lambda person: CallBack.objects.filter(person=person),
    ("ticket__number", "phone", "agreed_at", "done_at", "outcome"),
    Fate.GOES,
    _("They are removed."),
    erase=_removes(CallBack),
)
_add(
    "answers",
    _("Forms that name them"),
    lambda person: RequestAnswer.objects.filter(person=person),
    ("asked__ticket__number", "label", "value"),
    Fate.GOES,
    _("The answer that names them is removed from the form."),
    erase=_answers_erase,
)
_add(
    "identity",
    _("How they proved who they are"),
    lambda person: IdentityCheck.objects.filter(person=person),
    ("ticket__number", "method", "evidence", "at"),
    Fate.LOSES_WORDS,
    _("That somebody was verified, how and when stays; the evidence goes."),
    erase=_checks_erase,
)
_add(
    "passphrases",
    _("Passphrase for the telephone"),
    lambda person: Passphrase.objects.filter(person=person),
    ("customer__name", "set_at"),
    Fate.GOES,
    _("It is removed. It was never readable."),
    erase=_removes(Passphrase),
)
_add(
    "following",
    _("Requests they follow"),
    lambda person: Watcher.objects.filter(person=person),
    ("ticket__number", "cause", "added_at", "ended_at"),
    Fate.GOES,
    _("They are removed."),
    erase=_removes(Watcher, SafeguardingContact),
)
_add(
    "drafts",
    _("Drafts"),
    lambda person: Draft.objects.filter(person=person),
    ("ticket__number", "kind", "text", "saved_at"),
    Fate.GOES,
    _("They are removed, with macros and views that were theirs alone."),
    erase=lambda person: _removes(Draft)(person) + _kept_erase(person),
    others=True,
)
_add(
    "readings",
    _("Confidential requests that they read"),
    lambda person: TicketReading.objects.filter(person=person),
    ("ticket__number", "way", "at"),
    Fate.STAYS,
    _("Who read what must be provable; in the place of the name stands 'Erased person'."),
)
