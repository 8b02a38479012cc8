"""A desk on Monday 23 November 2026 at nine, as browser tests find it: something of everything that a page can show."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from accounts.models import CustomerMembership, Team
from accounts.permissions import Permission
from accounts.tenancy.scope import Scope, open_scope
from api.models import TokenScope
from api.services.tokens import token_create
from contracts.models import (
    AgreementVersion,
    Answer,
    ClauseCondition,
    ClauseTopic,
    Contract,
    Obligation,
    ObligationState,
    Variation,
    Varied,
)
from contracts.services import document_add, obligation_review, variation_add
from contracts.services.editions import edition_create
from contracts.services.variations import VariedValue
from delivery.due import Moment
from delivery.models import OutboundMail
from delivery.sweeper import sweep
from onboarding.services import import_turn, import_upload
from quotes.models import USUAL_VAT, Quote
from quotes.services import Line, quote_ask, quote_send, quote_write
from reports.models import QuarterlyReport
from reports.services import Words, report_draft, report_release, report_write
from sla.models import BusinessCalendar, CalendarVersion, PublicHoliday, ServiceLevel
from sla.quarters import Quarter
from sla.services.calendar_edits import closure_add
from tests.browser.chat_scene import chat_keys
from tests.browser.knowledge_scene import knowledge_keys
from tests.browser.notice_scene import notice_keys
from tests.browser.planning_scene import planned_keys
from tests.browser.relations_scene import relation_keys
from tests.browser.webhook_scene import webhook_keys
from tests.cast import Cast
from tests.onboarding.sheets import book, new_school
from tests.reports.sample import fill_quarter
from tests.reports.world import DESK_HOURS, World
from tests.tickets.intake.mails import mail
from tickets.between import Seen
from tickets.intake.batches import mails_take
from tickets.intake.spooling import RawMail
from tickets.models import (
    Attachment,
    Audience,
    BulkKind,
    CallBack,
    Category,
    Channel,
    EscalationStage,
    EscalationTrigger,
    InboundMail,
    Mailbox,
    Message,
    RequestForm,
    Ticket,
)
from tickets.services.attachments import UploadedPart
from tickets.services.bulk import bulk_act
from tickets.services.bulk_kinds import Asked
from tickets.services.call_backs import call_back_agree
from tickets.services.conversation import message_receive, note_add, ticket_reply
from tickets.services.escalation import ticket_escalate
from tickets.services.macros import macro_keep
from tickets.services.opening import ticket_open
from tickets.services.requests import Given, request_open
from tickets.services.saved_views import saved_view_keep
from tickets.services.work import ticket_assign, ticket_fix, ticket_wait

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
QUARTER = Quarter.parse("2026Q3")
LONG = "The interactive whiteboard in Year 2 loses its touch calibration whenever the room next door starts a call"
PICTURE = UploadedPart(
    "whiteboard in year two, photographed from the teacher's desk.png", "image/png", b"\x89PNG\r\n"
)


@dataclass(frozen=True)
class Scene:
    """Numbers and keys of what was made."""

    late: int
    """A ticket whose reply deadline was missed and has no reason yet."""
    long: int
    """A ticket with long words, a file, a note, a quotation and an escalation."""
    waiting: int
    fixed: int
    called: int
    keys: dict[str, int]
    """Primary keys by what they stand for, such as 'team' or 'closure'."""


def build(cast: Cast) -> Scene:
    """Make the scene, committed by the caller's transaction or at once. The clock must stand at `NOW`."""
    tess = cast.staff_scope(name="tess")
    with open_scope(tess):
        made, clock = _tickets(cast)
    _mail(tess)
    with open_scope(tess):
        keys = {"clock": clock, **_keys(cast), **planned_keys(cast, NOW), **chat_keys(cast)}
        keys |= relation_keys(cast, made["long"])
        keys |= webhook_keys(cast)
        keys |= knowledge_keys(cast) | notice_keys(cast, made["long"], NOW)
    with open_scope(cast.staff_scope(name="cass")):
        _reports(cast)
    sweep(now=NOW, queues=["clocks"])
    return Scene(**made, keys=keys)


def _open(cast: Cast, who: str, level: str, subject: str, text: str, **more: Any) -> Ticket:
    school = "hillside" if who in {"hugo", "hana"} else "oakfield"
    return ticket_open(
        customer=cast.customer(school),
        requester=cast.person(who),
        subject=subject,
        text=text,
        level=ServiceLevel.objects.get(name=level),
        **{"channel": Channel.EMAIL, "logged_at": FRIDAY, **more},
    )


def _tickets(cast: Cast) -> tuple[dict[str, int], int]:
    tess, theo = cast.person("tess"), cast.person("theo")
    late = _open(cast, "rita", "Urgent", "No internet in the whole school", "Nothing works since the break.")
    ticket_assign(ticket=late, assignee=tess)
    long = _open(
        cast,
        "remy",
        "High",
        LONG,
        "It happens every time.\n\n" + "Averylongwordwithoutanyspace" * 4,
        attachments=[PICTURE],
        quoted_text="On Friday the desk wrote:\n> Have you tried another pen?",
        html="<p>It happens <b>every time</b>.</p>",
    )
    ticket_reply(ticket=long, author=theo, text="We look at it.\n\nhttps://help.example/calibration", at=NOW)
    note_add(ticket=long, author=theo, text="The cable in the ceiling, as last year.")
    ticket_escalate(
        ticket=long,
        to_stage=EscalationStage.SENIOR_MANAGEMENT,
        trigger=EscalationTrigger.TECHNICIAN,
        reason="Third time this term",
    )
    waiting = _open(cast, "rita", "Medium", "The printer in room 4 does not print", "It blinks.")
    ticket_reply(ticket=waiting, author=tess, text="Which light blinks?", at=NOW)
    ticket_wait(ticket=waiting, waiting_for="customer", reason="Which light blinks?")
    fixed = _open(cast, "rita", "Low", "New password for the shared laptop", "Please.")
    ticket_fix(ticket=fixed, author=tess, text="Done: you have it by telephone.")
    called = _open(cast, "ian", "Medium", "Sound in the hall", "Hums.", channel=Channel.PHONE, assignee=tess)
    call = call_back_agree(
        ticket=called, person=cast.person("ian"), phone="01632 960001", at=NOW + timedelta(hours=1)
    )
    CallBack.objects.filter(pk=call.pk).update(agreed_at=NOW - timedelta(hours=1))  # nobody has called
    hillside = _open(cast, "hugo", "Medium", "Trolley of laptops does not charge", "None of sixteen.")
    message_receive(ticket=hillside, author=cast.person("hugo"), text="Any news?", channel=Channel.EMAIL)
    assert long.response_clock_id is not None
    return {
        "late": late.number,
        "long": long.number,
        "waiting": waiting.number,
        "fixed": fixed.number,
        "called": called.number,
    }, long.response_clock_id


def _mail(scope: Scope) -> None:
    with open_scope(scope):
        mailbox = Mailbox.objects.get(is_default=True)
    messages = (
        mail("Sid <sid@elsewhere.example>", "Could you look at our server?", "We are new here.\n"),
        mail(subject="Out of office", text="I am away.\n", Auto_Submitted="auto-replied"),
    )
    raws = [RawMail.of(one.as_bytes()) for one in messages]
    list(mails_take(mailbox=mailbox, mails=raws, received_at=FRIDAY))


def _keys(cast: Cast) -> dict[str, int]:
    closure = closure_add(
        name="Inset day of the desk", first_day=date(2026, 12, 7), reason="Training of everybody"
    )
    return {
        **_agreed(cast),
        **_draft_edition(),
        **_quotes(cast),
        **_asked(cast),
        "token": _token(cast),
        "staff": cast.person("theo").pk,
        "contact": cast.person("remy").pk,
        "membership": CustomerMembership.objects.get(person=cast.person("rita")).pk,
        "team": Team.objects.get(name="Desk").pk,
        "contract": Contract.objects.get(customer__slug="oakfield").pk,
        "edition": Contract.objects.get(customer__slug="oakfield").package.version_id,
        "closure": closure.row.pk,
        "calendar": BusinessCalendar.objects.get(is_default=True).pk,
        "holiday": PublicHoliday.objects.order_by("day")[0].pk,
        "mailbox": Mailbox.objects.get(is_default=True).pk,
        "outbound": OutboundMail.objects.order_by("pk")[0].pk,
        "attachment": Attachment.objects.order_by("pk")[0].pk,
        "message": Message.objects.exclude(html="").order_by("pk")[0].pk,
        "held": InboundMail.objects.get(sender__startswith="sid@").pk,
        "import": _moved_in(),
        "saved_view": _saved_view(cast),
        "bulk": _bulk(cast),
        "macro": _macros(cast),
    }


def _bulk(cast: Cast) -> int:
    """Two tickets that were given to Theo, one of which was his already."""
    theo = cast.person("theo")
    chosen = list(Ticket.objects.order_by("pk")[:2])
    ticket_assign(ticket=chosen[0], assignee=theo)
    return bulk_act(
        asked=Asked(BulkKind.ASSIGN, owner=theo),
        chosen={one.pk: Seen(2**31, one.assignee_id or 0) for one in chosen},
        by=cast.person("ada"),
        permissions=frozenset(Permission),
        once=uuid4(),
    ).pk


def _saved_view(cast: Cast) -> int:
    kept = saved_view_keep(
        view=None,
        name="Oakfield, urgent",
        icon="clock-alert",
        audience=Audience.SHARED,
        team=None,
        base="open",
        chosen={"customer": str(cast.customer().pk)},
        by=cast.person("ada"),
        permissions=frozenset(Permission),
    )
    return kept.pk


def _macros(cast: Cast) -> int:
    """One of words alone, which stands in chats too, and one that does everything that a macro can."""
    who: Any = {"by": cast.person("ada"), "permissions": frozenset(Permission)}
    words = {
        "name": "Restart",
        "audience": Audience.SHARED,
        "text": "Please switch it off, wait ten seconds, and switch it on again.",
    }
    macro_keep(macro=None, values=words, **who)
    everything = {
        "name": "Ask which room, give it to the team, and wait",
        "audience": Audience.SHARED,
        "text": "Dear {{ person.first_name }},\n\nwhich room is {{ ticket.reference }} about?\n\n{{ me.name }}",
        "note": "Asked {{ person.name }}.",
        "to_team": Team.objects.get(name="Desk"),
        "level": ServiceLevel.objects.get(name="Medium"),
        "level_reason": "One room only",
        "then": "wait_school",
        "reason": "Which room?",
    }
    return macro_keep(macro=None, values=everything, **who).pk


def _draft_edition() -> dict[str, int]:
    """An edition of next year, whose clauses can still be changed."""
    base = AgreementVersion.objects.earliest("published_on")
    draft = edition_create(base=base, label="v3.3", published_on=date(2027, 9, 1), targets={})
    rows = ClauseCondition.objects.select_related("clause")
    case = rows.filter(clause__package__version=draft, clause__topic=ClauseTopic.CLASSROOM_AV)[0]
    return {"draft_package": case.clause.package_id, "draft_clause": case.clause_id, "draft_case": case.pk}


def _token(cast: Cast) -> int:
    """A program that reads tickets in the name of the lead."""
    ada, lena = cast.person("ada"), cast.person("lena")
    token, _secret = token_create(
        name="Dashboard",
        person=lena,
        created_by=ada,
        scopes=[TokenScope.TICKETS_READ],
        expires_at=NOW + timedelta(days=90),
    )
    return token.pk


def _quotes(cast: Cast) -> dict[str, int]:
    """One with the school, one that is still to be written."""
    cass, school = cast.person("cass"), cast.customer("oakfield")

    def asked(*lines: Line) -> Quote:
        quote = quote_ask(customer=school, subject="Lamps for six projectors", wanted="Six lamps", by=cass)
        return quote_write(
            quote=quote,
            by=cass,
            subject=quote.subject,
            words="Fitted on the next visit.",
            valid_until=date(2026, 12, 18),
            vat_percent=USUAL_VAT,
            lines=lines,
            expected_version=1,
        )

    sent = asked(
        Line("Projector lamp", Decimal(6), Decimal("118.50")), Line("Discount", Decimal(1), Decimal(-20))
    )
    return {"quote": quote_send(quote=sent, by=cass).pk, "draft_quote": asked().pk}


def _asked(cast: Cast) -> dict[str, int]:
    """A form of the portal, and a request made through it that waits for approval."""
    form = RequestForm.objects.get(kind="leaver")
    answers = [Given(one, f"{one.label} …") for one in form.questions.all()]
    ticket = request_open(
        form=form,
        customer=cast.customer(),
        requester=cast.person("rita"),
        answers=answers,
        needed_by=date(2026, 12, 18),
    )
    return {"request_form": form.pk, "question": form.questions.all()[1].pk, "unapproved": ticket.number}


def _moved_in() -> int:
    """A checked upload with something new, something changed and a problem."""
    sheets = new_school()
    sheets["Schools"].append(["oakfield", "Oakfield Academy"])
    sheets["Contracts"][0][4] = "12/31/2026"
    row = import_upload(parts=[book(sheets)])
    import_turn(row, Moment(NOW))
    return row.pk


def _agreed(cast: Cast) -> dict[str, int]:
    """Variations that were, are and will be, one corrected; a reviewed obligation; a document."""
    contract = Contract.objects.select_related("package__version").get(customer__slug="oakfield")
    rob, urgent = cast.person("rob"), ServiceLevel.objects.get(name="Urgent")

    def vary(varied: Varied, value: VariedValue, holds_from: date, **more: Any) -> Variation:
        return variation_add(
            contract=contract, varied=varied, value=value, holds_from=holds_from, approved_by=rob, **more
        ).row

    faster = VariedValue(level=urgent, number=30)
    vary(Varied.RESPONSE, faster, date(2025, 1, 6), holds_until=date(2025, 7, 18))
    now = vary(Varied.RESPONSE, VariedValue(level=urgent, number=45), date(2026, 9, 1))
    now = vary(Varied.RESPONSE, faster, date(2026, 9, 1), replaces=now, note="As agreed with the governors.")
    words = "We also answer questions about SIMS reports until the summer."
    sims = VariedValue(topic=ClauseTopic.SIMS, choice=Answer.LIMITED, words=words)
    vary(Varied.CLAUSE, sims, date(2027, 1, 4), holds_until=date(2027, 7, 23))
    obligation = Obligation.objects.get(name="Acceptable use policy")
    review: dict[str, Any] = {
        "customer": cast.customer("oakfield"),
        "obligation": obligation,
        "today": NOW.date(),
    }
    obligation_review(state=ObligationState.NOT_MET, reviewed_on=date(2025, 9, 1), **review)
    obligation_review(
        state=ObligationState.PARTLY,
        reviewed_on=date(2026, 9, 1),
        note="Signed by staff, not yet by pupils.",
        **review,
    )
    part = UploadedPart("agreement signed in September.pdf", "application/pdf", b"%PDF-1.7")
    document = document_add(contract=contract, title="Signed agreement", part=part)
    return {"variation": now.pk, "obligation": obligation.pk, "document": document.pk}


def _reports(cast: Cast) -> None:
    """Oakfield's third quarter is released, Hillside's a draft."""
    oakfield, hillside = cast.customer("oakfield"), cast.customer("hillside")
    world = World(
        provider=cast.provider(),
        customer=oakfield,
        requester=cast.person("rita"),
        levels={level.key: level for level in ServiceLevel.objects.all()},
        calendar=BusinessCalendar.objects.get(is_default=True),
        version=CalendarVersion.objects.create(sha256=DESK_HOURS.sha256(), content=DESK_HOURS.to_dict()),
        category=Category.objects.order_by("pk")[0],
        numbers=count(5001),
    )
    fill_quarter(world, QUARTER, requests=24)
    draft = report_draft(customer=oakfield, quarter=QUARTER)
    report_write(report=draft, words=Words("A calm quarter.", "We keep spare lamps now."), expected_version=1)
    report_release(report=QuarterlyReport.objects.get(pk=draft.pk), now=NOW)
    report_draft(customer=hillside, quarter=QUARTER)
