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
from contracts.models import (
    AgreementVersion,
    Answer,
    ClauseTopic,
    Contract,
    Obligation,
    ObligationState,
    Package,
    PackageClause,
    Varied,
)
from contracts.services import document_add, obligation_create, obligation_review, variation_add
from contracts.services.variations import VariedValue
from quotes.models import Quote, QuoteLine, QuoteState
from reports.quarters import Quarter
from reports.services import report_draft, report_release
from sla.models import BusinessCalendar, Closure, PublicHoliday, ServiceLevel
from sla.times import local_day
from tests.cast import Cast
from tests.plugins.baseline import as_login
from tests.tenancy.filling import fill_missing
from tickets.models import Attachment, BreachReason, Category, Explanation, Message, Ticket
from tickets.services.call_backs import call_back_agree
from tickets.services.conversation import note_add, ticket_reply
from tickets.services.escalation import explanation_draft, ticket_escalate
from tickets.services.opening import ticket_open

Number = int


@dataclass(frozen=True)
class Place:
    """Somebody's ticket at some school, and the words that stand in it."""

    name: str
    provider: str
    school: str
    requester: str
    technician: str

    @property
    def word(self) -> str:
        """Stands in everything that this requester may read."""
        return f"zq{self.name}"

    @property
    def secret(self) -> str:
        """Stands in what only the provider's staff may read."""
        return f"zqnote{self.name}"


PLACES = {
    one.name: one
    for one in (
        Place("rita", "alder", "oakfield", "rita", "tess"),
        Place("remy", "alder", "oakfield", "remy", "theo"),
        Place("hugo", "alder", "hillside", "hugo", "tess"),
        Place("rose", "birch", "riverside", "rose", "tim"),
    )
}
# Words in rows that belong to a provider or to a school as a whole.
PROVIDER_WORDS = {"alder": "zqalder", "birch": "zqbirch"}
SCHOOL_WORDS = {"oakfield": "zqoakfield", "hillside": "zqhillside", "riverside": "zqriverside"}


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
            world.parts[place.name]["chat"] = _chat(cast, place)
    for provider in PROVIDER_WORDS:
        with open_scope(cast.staff_scope(provider)):
            _mark_provider(provider)
            for school in Customer.objects.all():
                _report(school)
                _agreed(school)
                _quote(school)
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


def _quote(school: Customer) -> None:
    """An offer that the school has read and not decided."""
    word, by = SCHOOL_WORDS[school.slug], Person.objects.filter(is_staff=True).order_by("pk")[0]
    quote = Quote.objects.create(
        customer=school,
        number=school.pk,
        subject=f"{word} subject",
        wanted=f"{PROVIDER_WORDS[school.provider.slug]} wanted",
        words=f"{word} words",
        state=QuoteState.SENT,
        valid_until=local_day(timezone.now(), school.provider.time_zone),
        asked_by=by,
        asked_at=timezone.now(),
        sent_at=timezone.now(),
    )
    QuoteLine.objects.create(
        customer=school, quote=quote, position=1, description=f"{word} line", quantity=1, unit_price=1
    )


def _chat(cast: Cast, place: Place) -> Number:
    """A chat that goes on, with a message of each side; that the desk is closed now does not matter here."""
    now, school = timezone.now(), cast.customer(place.school)
    chat = Chat.objects.create(
        customer=school, person=cast.person(place.requester), origin="portal", started_at=now, seen_at=now
    )
    chat_say(chat=chat, text=f"{place.word} question", key=str(uuid4()))
    return chat.pk


def _report(school: Customer) -> None:
    """A released report of the third quarter, beside a draft of the fourth."""
    for quarter in (Quarter(2026, 3), Quarter(2026, 4)):
        report = report_draft(customer=school, quarter=quarter)
        report.introduction = f"{SCHOOL_WORDS[school.slug]} report"
        report.save()
        if quarter.number == 3:
            report_release(report=report)


def _agreed(school: Customer) -> None:
    """A variation, a reviewed obligation and a document."""
    word, today = SCHOOL_WORDS[school.slug], timezone.now().date()
    contract = Contract.objects.select_related("package").get(customer=school)
    value = VariedValue(topic=ClauseTopic.SIMS, choice=Answer.COVERED, words=f"{word} clause")
    approver = Person.objects.filter(is_staff=True).order_by("pk")[0]
    variation_add(
        contract=contract,
        varied=Varied.CLAUSE,
        value=value,
        holds_from=today,
        approved_by=approver,
        note=f"{word} note",
    )
    obligation = Obligation.objects.first() or obligation_create(name="Policy", wording="Have one.")
    obligation_review(
        customer=school,
        obligation=obligation,
        state=ObligationState.PARTLY,
        reviewed_on=today,
        today=today,
        note=f"{word} review",
    )
    part = UploadedPart(f"{word}-agreement.pdf", "application/pdf", word.encode())
    document_add(contract=contract, title=f"{word} agreement", part=part)


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
