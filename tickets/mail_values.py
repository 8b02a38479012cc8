"""What the variables of mail about tickets stand for, and real tickets to try words on."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person, Provider
from accounts.tenancy.memory import current_provider
from delivery.wording.kinds import Examples, Values
from tickets.clock_words import clock_time
from tickets.models import Direction, Escalation, Message, RequestApproval, Ticket
from tickets.references import stop_link, ticket_reference
from tickets.selectors import visible_tickets
from visits.selectors import next_visit

EXAMPLES_OFFERED = 5


def ticket_values(provider: Provider, ticket: Ticket, person: Person) -> dict[str, str]:
    """What every mail about a ticket may say, in the active time zone."""
    return {**about_ticket(provider, ticket, person), "person.first_sign_in": _first_sign_in(person)}


def about_ticket(provider: Provider, ticket: Ticket, person: Person) -> dict[str, str]:
    """What mail and macros say of a ticket and of a person of its school, in the active time zone."""
    return {
        "person.first_name": person.first_name,
        "person.name": person.name,
        "ticket.reference": ticket_reference(provider, ticket.number),
        # What mail shows on a locked screen or in a shared mailbox says nothing of it (Rule T6).
        "ticket.subject": _("confidential") if ticket.is_confidential else ticket.subject,
        "ticket.school": ticket.customer.name,
        "ticket.level": ticket.level.name,
        "ticket.link": settings.BASE_URL + ticket.portal_path(provider.slug),
        "ticket.promise": clock_time(ticket.promise_at) if ticket.promise_at else "",
    }


def _first_sign_in(person: Person) -> str:
    """Who has written to us may set a password (Rule T4), and seldom knows it."""
    user = person.user
    if user is None or user.last_login is not None or user.has_usable_password():
        return ""
    link = settings.BASE_URL + reverse("account_reset_password")
    return _("You have not signed in before. Set a password by mail at %(link)s") % {"link": link}


def message_values(message: Message) -> dict[str, str]:
    """What a person of the desk wrote."""
    files = [f"- {file.name}" for file in message.attachments.all()]
    heading = _("Files that belong to this, to be opened on the page below:")
    return {
        "message.text": message.text,
        "message.author": message.author.name if message.author else "",
        "message.files": "\n".join([heading, *files]) if files else "",
    }


def news_values(kind: str) -> dict[str, str]:
    """What a message has done to its ticket; `kind` of the mail to who asked for it: FIXED, CLOSED or another."""
    state = {
        "fixed": _("We have marked it as fixed. If it is not, answer this e-mail."),
        "closed": _("We have closed it. If you have a question about it, answer this e-mail."),
    }
    return {"news.state": state.get(kind, "")}


def watch_values(provider: Provider, ticket: Ticket, person: Person) -> dict[str, str]:
    """How somebody who follows a ticket stops it; empty for who asked for it."""
    if person.pk == ticket.requester_id:
        return {"watch.stop": ""}
    sentence = _("You get this because you follow the request. Stop following it: %(link)s")
    return {"watch.stop": sentence % {"link": stop_link(provider, ticket, person)}}


def form_values(asked: str, waits_for: str) -> dict[str, str]:
    """What was answered in a form of the portal, and who must approve it first (Rule I10)."""
    heading = _("This is what you told us:")
    return {"request.answers": f"{heading}\n{asked}" if asked else "", "approval.waits_for": waits_for}


def question_values(provider: Provider, ticket: Ticket, asked: str, *, again: bool) -> dict[str, str]:
    """What a named contact is asked to approve, and where (Rule I10)."""
    sentence = (
        _("%(name)s of %(school)s still waits for your approval of this request:")
        if again
        else _("%(name)s of %(school)s asks for something that needs your approval:")
    )
    path = reverse("portal:approval", args=[provider.slug, ticket.number])
    return {
        "request.answers": asked,
        "approval.question": sentence % {"name": ticket.requester.name, "school": ticket.customer.name},
        "approval.link": settings.BASE_URL + path,
    }


def decision_values(approval: RequestApproval) -> dict[str, str]:
    """Who of the school has decided, and what they said about it."""
    return {
        "approval.by": approval.decided_by.name if approval.decided_by else "",
        "approval.note": approval.note,
    }


def visit_values(provider: Provider, ticket: Ticket) -> dict[str, str]:
    """The package, the next visit to the school, who sees to one where none is booked, and the callout (Rule I9)."""
    assert ticket.contract is not None
    package, visit = ticket.contract.package, next_visit(ticket.contract, after=ticket.logged_at)
    return {
        "contract.package": package.name,
        "visit.next": _next_visit(ticket, visit.starts_at if visit else None),
        "callout.advice": _callout(provider) if package.emergency_callout else "",
    }


def _next_visit(ticket: Ticket, at: datetime | None) -> str:
    if at is not None:
        return _("Our engineer is next with you on %(visit)s.") % {"visit": clock_time(at)}
    if manager := ticket.customer.success_manager:
        return _(
            "No visit is booked yet. Your customer success manager, %(name)s (%(email)s), has been told."
        ) % {"name": manager.name, "email": manager.email}
    return _("No visit is booked yet. We have been told and will arrange one.")


def _callout(provider: Provider) -> str:
    if provider.support_phone:
        return _(
            "If this is a major failure, such as no internet for the whole school or a server that is down,"
            " you can ask for an emergency callout: please call us on %(phone)s."
        ) % {"phone": provider.support_phone}
    return _(
        "If this is a major failure, such as no internet for the whole school or a server that is down,"
        " you can ask for an emergency callout: simply answer this e-mail and say so."
    )


def escalation_values(escalation: Escalation) -> dict[str, str]:
    """To whom a request was passed up and why, and whom the school can ask (Rule E1)."""
    manager = escalation.ticket.customer.success_manager
    sentence = _(
        "Your customer success manager is %(manager)s, %(phone)s %(email)s."
        " You can also ask for our senior management at any time."
    )
    return {
        "escalation.stage": escalation.get_to_stage_display(),
        "escalation.reason": escalation.reason,
        "manager.advice": sentence % {"manager": manager.name, "phone": manager.phone, "email": manager.email}
        if manager
        else "",
    }


def _choices(person: Person) -> list[tuple[str, str]]:
    provider = current_provider()
    return [
        (str(one.number), f"{ticket_reference(provider, one.number)} {one.subject}")
        for one in visible_tickets(person).order_by("-id")[:EXAMPLES_OFFERED]
    ]


def _values(person: Person, key: str) -> Values:
    rows = visible_tickets(person).select_related("customer__success_manager", "level", "requester")
    ticket = (
        rows.select_related("contract__package").filter(number=int(key) if key.isdecimal() else 0).first()
    )
    if ticket is None:
        raise LookupError(key)
    provider = current_provider()
    answer = ticket.messages.filter(direction=Direction.OUTGOING).select_related("author").last()
    with timezone.override(provider.time_zone):
        return {
            **ticket_values(provider, ticket, ticket.requester),
            **(message_values(answer) if answer else {}),
            **(visit_values(provider, ticket) if ticket.contract else {}),
        }


TICKET_EXAMPLES = Examples(_choices, _values)
