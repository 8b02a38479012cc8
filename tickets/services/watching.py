"""Who follows a ticket: beginning, ending, and the people whom a mail was copied to (rules I1, I6, T6)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import CustomerDomain, CustomerMembership, Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import as_provider
from tickets import mailing
from tickets.answering import Question, passing_on_times
from tickets.confidential import readers_now
from tickets.errors import WrongState
from tickets.mail_recipients import recipient_of
from tickets.models import Direction, Message, Ticket, Watcher, WatcherCause
from tickets.services.base import event_add
from tickets.services.telling import ticket_tell
from tickets.watchers import may_follow, watchers_now

MOST_COPIED = 10  # people whom one mail lets follow a ticket


@transaction.atomic
def watcher_add(*, ticket: Ticket, person: Person, by: Person) -> Watcher:
    """Let a person follow a ticket. Somebody of the school whom another adds is told by mail.

    Raises WrongState, in words, for who may not read it, who is told anyway, who follows it already, who has left it of
    their own accord (only they begin again), and a colleague whom another would add.
    """
    with as_provider():
        if not may_follow(person, ticket):
            raise WrongState(
                _("Only people who read this confidential request can follow it. Make them readers first.")
                if ticket.is_confidential
                else _("Only people of this school can follow its requests.")
            )
        if person.pk == ticket.requester_id:
            raise WrongState(_("Who asked for it is told of everything anyway."))
        is_own = person.pk == by.pk
        if person.is_staff and not is_own:
            raise WrongState(_("Colleagues follow a ticket on their own wish. Name them in a note instead."))
        row, is_new = _row(ticket, person, cause=WatcherCause.SELF if is_own else WatcherCause.ADDED, by=by)
        if not is_new:
            _begin_again(row, by=by, is_own=is_own)
    audit_record(action="ticket.watcher_added", target=ticket, changes={"watcher": ("", person.name)})
    if not is_own:
        mailing.tell_watching(provider=current_provider(), ticket=ticket, person=person, by=by)
    return row


@transaction.atomic
def watcher_end(*, ticket: Ticket, person: Person, by: Person | None) -> bool:
    """Somebody follows it no longer. False where they did not: a link in a mail may be pressed twice."""
    with as_provider():
        row = Watcher.objects.select_for_update().filter(ticket=ticket, person=person).first()
        if row is None or row.ended_at is not None:
            return False
        row.ended_at, row.has_left = timezone.now(), by is not None and by.pk == person.pk
        row.save(update_fields=["ended_at", "has_left"])
        audit_record(action="ticket.watcher_ended", target=ticket, changes={"watcher": (person.name, "")})
    return True


def watchers_copy(*, ticket: Ticket, addresses: Collection[str], sender: Person) -> None:
    """Let the people of the school follow a ticket to whom a mail of it was copied. `addresses` in lower case.

    Nobody reads a confidential ticket for that, and nobody is brought back who has ended it. Whoever is not known at
    the school is no watcher, since a copy opens no door (Rule I1); of the school's own domain, staff are told.
    """
    if not addresses or ticket.is_confidential:
        return
    people = list(Person.objects.filter(email__in=list(addresses)).order_by("pk"))
    active = CustomerMembership.objects.filter(
        person__in=people, customer_id=ticket.customer_id, person__is_active=True
    )
    at_school = set(active.values_list("person_id", flat=True)) - {ticket.requester_id, sender.pk}
    for person in [one for one in people if one.pk in at_school and not one.is_staff][:MOST_COPIED]:
        _, is_new = _row(ticket, person, cause=WatcherCause.COPIED, by=sender)
        if is_new:
            audit_record(action="ticket.watcher_added", target=ticket, changes={"watcher": ("", person.name)})
    _tell_unknown(ticket, sorted(set(addresses) - {one.email for one in people}))


def _tell_unknown(ticket: Ticket, addresses: Collection[str]) -> None:
    """A note for the staff, once for the same addresses."""
    domains = CustomerDomain.objects.filter(customer_id=ticket.customer_id) if addresses else []
    own = {one.domain for one in domains}
    names = [one for one in addresses if one.rpartition("@")[2] in own][:MOST_COPIED]
    if not names:
        return
    words = _(
        "Also sent to %(addresses)s, not known at this school: add them as people to let them follow it."
    )
    text = words % {"addresses": ", ".join(names)}
    if not ticket.messages.filter(direction=Direction.NOTE, text=text).exists():
        event_add(ticket, text, direction=Direction.NOTE)


def news_pass_on(
    *, ticket: Ticket, message: Message, kind: str = "", had: Collection[str] = (), by_mail: bool = False
) -> None:
    """Tell those who follow a ticket what was just written; and who asked for it, where a colleague wrote (Rule I6).

    `kind` of the mail to who asked: FIXED, CLOSED or another. `had`: addresses (lower case) that the message itself was
    sent to. `by_mail`: it came by mail, so a machine may have written it (Rule I2).
    """
    # Who follows may be of several schools, and the count of automatic mail is the provider's.
    with as_provider():
        followers = [row.person for row in watchers_now(ticket)]
        people = [one for one in followers if not one.is_staff]
        is_ours = message.direction == Direction.OUTGOING
        if not is_ours and message.author_id != ticket.requester_id and (asked := recipient_of(ticket)):
            people.append(asked)
        wanted = {one.email: one for one in people if one.pk != message.author_id and one.email not in had}
        times = dict.fromkeys(wanted, message.at) if is_ours else _times(wanted, message, by_mail=by_mail)
        send_at = {wanted[address]: at for address, at in times.items()}
        mailing.send_news(
            provider=current_provider(), ticket=ticket, message=message, send_at=send_at, kind=kind
        )
    staff = [
        one.pk for one in followers if one.is_staff and one.pk not in {message.author_id, ticket.assignee_id}
    ]
    words = _("%(name)s wrote on ticket %(number)s, which you follow")
    name = message.author.name if message.author else ""
    ticket_tell(
        ticket=ticket,
        person_ids=staff,
        key=f"message:{message.pk}",
        summary=words % {"name": name, "number": ticket.number},
        tail=f"#message-{message.pk}",
    )


def _times(wanted: Collection[str], message: Message, *, by_mail: bool) -> dict[str, datetime]:
    author = message.author
    answers = Question(author.email, message.at) if by_mail and author else None
    return passing_on_times(wanted, answers=answers) if wanted else {}


def watchers_go_along(*, ticket: Ticket, into: Ticket, by: Person) -> list[int]:
    """Who asked for a ticket, and who follows it, follows `into` from now on; the ids of the rows that this began.

    Whoever has left `into` stays out, but for who asked: their own request is dealt with there.
    """
    began = []
    with as_provider():
        for person in (ticket.requester, *(row.person for row in watchers_now(ticket))):
            if person.pk == into.requester_id or not may_follow(person, into):
                continue
            row, is_new = _row(into, person, cause=WatcherCause.MERGED, by=by)
            if not is_new:
                stays_out = row.has_left and person.pk != ticket.requester_id
                if row.ended_at is None or stays_out:
                    continue
                row.cause, row.added_by, row.added_at = WatcherCause.MERGED, by, timezone.now()
                row.ended_at, row.has_left = None, False
                row.save()
            audit_record(action="ticket.watcher_added", target=into, changes={"watcher": ("", person.name)})
            began.append(row.pk)
    return began


def watchers_go_back(rows: Collection[int]) -> None:
    """End what `watchers_go_along` began, where nobody has ended it since."""
    Watcher.objects.filter(pk__in=rows, ended_at__isnull=True).update(ended_at=timezone.now())


def watchers_keep_readers(ticket: Ticket) -> None:
    """Of a ticket that has become confidential only its readers go on following (Rule T6)."""
    rows = Watcher.objects.filter(ticket=ticket, ended_at__isnull=True)
    rows.exclude(person__in=readers_now(ticket).values("person")).update(ended_at=timezone.now())


def _row(ticket: Ticket, person: Person, *, cause: str, by: Person) -> tuple[Watcher, bool]:
    """The one row of the two, locked, and whether it is new: who comes second finds it there."""
    return Watcher.objects.select_for_update().get_or_create(
        ticket=ticket,
        person=person,
        defaults={
            "customer_id": ticket.customer_id,
            "cause": cause,
            "added_by": None if by.pk == person.pk else by,
            "added_at": timezone.now(),
        },
    )


def _begin_again(row: Watcher, *, by: Person, is_own: bool) -> None:
    if row.ended_at is None:
        raise WrongState(_("%(name)s follows it already.") % {"name": row.person.name})
    if row.has_left and not is_own:
        raise WrongState(
            _("%(name)s has stopped following it. Only they can begin again.") % {"name": row.person.name}
        )
    row.cause = WatcherCause.SELF if is_own else WatcherCause.ADDED
    row.added_by, row.added_at = None if is_own else by, timezone.now()
    row.ended_at, row.has_left = None, False
    row.save()
