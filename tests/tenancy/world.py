"""Two providers and three schools with something of everything in each, every piece carrying a word of its own.

A page that shows a word of another place has let something through the wall.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone

from accounts.files import UploadedPart
from accounts.models import Customer, Person, Provider, Team
from accounts.tenancy.scope import open_scope
from chat.models import Chat
from chat.services.conversation import chat_say
from complaints.services import complaint_note, complaint_raise
from contracts.models import (
    AgreementVersion,
    Contract,
    Obligation,
    Package,
    PackageClause,
)
from knowledge.services import (
    notice_follow,
    notice_link,
    notice_publish,
    notice_write,
)
from knowledge.services.notices import NoticeWords
from satisfaction.models import SatisfactionQuestion
from sla.models import BusinessCalendar, Closure, PublicHoliday, ServiceLevel
from tests.cast import Cast
from tests.plugins.baseline import as_login
from tests.tenancy.filling import fill_missing
from tests.tenancy.furnishing import (
    agreed_add,
    knowledge_add,
    protection_add,
    quote_add,
    report_add,
    webhook_add,
)
from tests.tenancy.places import PLACES, PROVIDER_WORDS, SCHOOL_WORDS, Number, Place
from tests.tenancy.unusual import unusual_add
from tickets.models import Attachment, BreachReason, Category, Explanation, Message, RequestForm, Ticket
from tickets.services.call_backs import call_back_agree
from tickets.services.conversation import note_add, ticket_reply
from tickets.services.escalation import explanation_draft, ticket_escalate
from tickets.services.opening import ticket_open
from tickets.services.requests import Given, request_open


@dataclass
class World:
    """Numbers and ids of what was built, by place."""

    cast: Cast
    tickets: dict[str, Ticket] = field(default_factory=dict)
    parts: dict[str, dict[str, Number]] = field(default_factory=dict)

    def number(self, place: str) -> Number:
        return self.tickets[place].number

    def part(self, place: str, name: str) -> Number:
        """The id of a piece of the place's ticket: message, attachment, note, note_file, clock, explanation."""
        return self.parts[place][name]


def build_world(cast: Cast) -> World:
    """Build everything in the transaction of the caller."""
    world = World(cast)
    _part_numbers(cast)
    for place in PLACES.values():
        technician = cast.scope(place.technician)
        with open_scope(technician):
            world.tickets[place.name] = _ticket(cast, place)
            world.parts[place.name] = _parts(world.tickets[place.name])
            world.parts[place.name] |= _chat(cast, place)
            _asked(cast, place)
            world.parts[place.name]["complaint"] = _complaint(cast, place, world.tickets[place.name])
            world.parts[place.name]["unusual"] = unusual_add(place.word, world.tickets[place.name])
            world.parts[place.name]["question"] = _question(place, world.tickets[place.name])
    for provider in PROVIDER_WORDS:
        with open_scope(cast.staff_scope(provider)):
            _mark_provider(provider)
            webhook_add(cast, provider)
            protection_add(cast, provider)
            knowledge_add(provider)
            _notice(world, provider)
            for school in Customer.objects.all():
                report_add(school)
                agreed_add(school)
                quote_add(school)
                fill_missing(school, SCHOOL_WORDS[school.slug])
    return world


def _part_numbers(cast: Cast) -> None:
    """Let the two providers' ticket numbers lie far apart, so that a foreign number is nobody's own."""
    with as_login(connection) as cursor:
        cursor.execute(
            "INSERT INTO tickets_counter (provider_id, last_number) VALUES (%s, 5000)",
            [cast.provider_id("birch")],
        )


def _ticket(cast: Cast, place: Place) -> Ticket:
    staff, requester = cast.person(place.technician), cast.person(place.requester)
    file = UploadedPart(f"{place.word}-file.txt", "text/plain", place.word.encode())
    ticket = ticket_open(
        customer=cast.customer(place.school),
        requester=requester,
        subject=f"{place.word} subject",
        text=f"{place.word} text",
        quoted_text=f"{place.word} quoted",
        html=f"<p>{place.word} html</p>",
        channel="email",
        level=ServiceLevel.objects.order_by("rank").first(),
        category=Category.objects.first(),
        assignee=staff,
        attachments=[file],
        message_id=f"<{place.word}@mail.example>",
    )
    secret = UploadedPart(f"{place.secret}-file.txt", "text/plain", place.secret.encode())
    note_add(ticket=ticket, author=staff, text=f"{place.secret} note", attachments=[secret])
    Message.objects.filter(direction="note").update(html=f"<p>{place.secret}</p>")
    ticket_reply(ticket=ticket, author=staff, text=f"{place.word} answer")
    ticket_escalate(ticket=ticket, to_stage=3, trigger="technician", reason=f"{place.word} escalation")
    call_back_agree(
        ticket=ticket, person=requester, phone=f"{place.secret} phone", at=timezone.now() + timedelta(hours=2)
    )
    ticket.refresh_from_db()
    if ticket.fix_clock is not None:
        explanation_draft(ticket=ticket, clock=ticket.fix_clock, at=timezone.now())
        Explanation.objects.filter(ticket=ticket).update(draft=f"{place.secret} explanation")
        BreachReason.objects.create(
            customer_id=ticket.customer_id,
            clock=ticket.fix_clock,
            cause="other",
            words=f"{place.secret} reason",
            by=staff,
            at=timezone.now(),
        )
    return ticket


def _asked(cast: Cast, place: Place) -> None:
    """A request through a form, which the school approves."""
    form = RequestForm.objects.get(kind="leaver")
    answers = [Given(question, f"{place.word} {question.kind}") for question in form.questions.all()]
    request_open(
        form=form,
        customer=cast.customer(place.school),
        requester=cast.person(place.requester),
        answers=answers,
        subject=f"{place.word} leaver",
    )


def _parts(ticket: Ticket) -> dict[str, Number]:
    note = Message.objects.get(ticket=ticket, direction="note")
    message = Message.objects.exclude(html="").get(ticket=ticket, direction="in")
    assert ticket.fix_clock_id is not None
    return {
        "message": message.pk,
        "attachment": Attachment.objects.get(message=message).pk,
        "note": note.pk,
        "note_file": Attachment.objects.get(message=note).pk,
        "clock": ticket.fix_clock_id,
        "explanation": Explanation.objects.get(ticket=ticket).pk,
    }


def _notice(world: World, provider: str) -> None:
    """A notice that is told of, followed by each place's requester and linked to their ticket, beside drafts."""
    word, cast = PROVIDER_WORDS[provider], world.cast
    by = Person.objects.filter(is_staff=True).order_by("pk")[0]
    words = NoticeWords(title=f"{word} notice", text=f"{word} news", starts_at=timezone.now())
    notice = notice_publish(notice=notice_write(words=words, by=by), expected_version=1, by=by)
    for place in PLACES.values():
        if place.provider == provider:
            school, requester = cast.customer(place.school), cast.person(place.requester)
            notice_follow(notice=notice, customer=school, person=requester)
            notice_link(notice=notice, ticket=world.tickets[place.name], by=by)


def _complaint(cast: Cast, place: Place, ticket: Ticket) -> Number:
    """A complaint about the place's ticket that is looked into, with a note of ours."""
    complaint = complaint_raise(
        customer=cast.customer(place.school),
        raised_by=cast.person(place.requester),
        wrong=f"{place.word} complaint",
        ticket=ticket,
    )
    complaint_note(complaint=complaint, by=cast.person(place.technician), text=f"{place.secret} complaint")
    return complaint.pk


def _question(place: Place, ticket: Ticket) -> Number:
    """What the place's requester answered about an earlier closing of their ticket."""
    question = SatisfactionQuestion.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        person=ticket.requester,
        closed_at=ticket.logged_at,
        answer="good",
        comment=f"{place.word} comment",
        answered_at=timezone.now(),
        changed_at=timezone.now(),
    )
    return question.pk


def _chat(cast: Cast, place: Place) -> dict[str, Number]:
    """A chat that goes on, with a message and a file; that the desk is closed now does not matter here."""
    now, school = timezone.now(), cast.customer(place.school)
    chat = Chat.objects.create(
        customer=school, person=cast.person(place.requester), origin="portal", started_at=now, seen_at=now
    )
    file = UploadedPart(f"{place.word}-chat.txt", "text/plain", place.word.encode())
    said = chat_say(chat=chat, text=f"{place.word} question", key=str(uuid4()), files=[file])
    return {"chat": chat.pk, "chat_file": said.files.get().pk}


def _mark_provider(slug: str) -> None:
    """Plant the words into what stands there already."""
    word = PROVIDER_WORDS[slug]
    for model, text in (
        (Provider, "support_phone"),
        (Team, "name"),
        (BusinessCalendar, "name"),
        (PublicHoliday, "name"),
        (Closure, "name"),
        (AgreementVersion, "label"),
        (Package, "name"),
        (PackageClause, "wording"),
        (Category, "name"),
        (Obligation, "wording"),
        (ServiceLevel, "portal_words"),
        (ServiceLevel, "name"),
    ):
        model.objects.update(**{text: Concat(F(text), Value(f" {word}"))})
    Person.objects.filter(is_staff=True).update(phone=f"{word} phone")
    for school in Customer.objects.all():
        own = SCHOOL_WORDS[school.slug]
        Customer.objects.filter(pk=school.pk).update(name=f"{school.name} {own}", phone=own, address=own)
        Contract.objects.filter(customer=school).update(reference=own, notes=own)
        Person.objects.filter(customer_memberships__customer=school).update(phone=own)
        Closure.objects.create(
            customer=school, name=f"{own} closure", first_day="2026-11-23", last_day="2026-11-24"
        )


def foreign_words(world: World, name: str) -> list[str]:
    """The words that somebody of the cast must never read."""
    return sorted(ALL_WORDS - _may_read(name))


ALL_WORDS = {
    *(place.word for place in PLACES.values()),
    *(place.secret for place in PLACES.values()),
    *PROVIDER_WORDS.values(),
    *SCHOOL_WORDS.values(),
}


def _may_read(name: str) -> set[str]:
    whole_oakfield = {"zqrita", "zqremy", "zqoakfield", "zqalder"}
    portal = {
        "rita": {"zqrita", "zqoakfield", "zqalder"},
        "remy": {"zqremy", "zqoakfield", "zqalder"},
        "fay": {"zqoakfield", "zqalder"},
        **dict.fromkeys(("rob", "bea", "ian"), whole_oakfield),
        "hugo": {"zqhugo", "zqhillside", "zqalder"},
        "hana": {"zqhugo", "zqhillside", "zqalder"},
        "rose": {"zqrose", "zqriverside", "zqbirch"},
        "sid": set(),
        "": set(),
    }
    if name in portal:
        return portal[name]
    provider = "birch" if name in {"tim", "bill"} else "alder"
    places = [place for place in PLACES.values() if place.provider == provider]
    words = {place.word for place in places} | {place.secret for place in places}
    return words | {PROVIDER_WORDS[provider]} | {SCHOOL_WORDS[place.school] for place in places}
