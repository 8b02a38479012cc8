"""A complaint with a history, answers to "How did we do?", a third party and a change of the school, for the pages."""

from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Person
from complaints.models import Stage
from complaints.services import complaint_note, complaint_pass_up, complaint_raise
from contracts.services.changes import reported_change_add
from protection.models import Erasure, ExportState, Hold, RetentionRun, SubjectExport
from reviews.models import Review
from satisfaction.models import SatisfactionQuestion
from tests.cast import Cast
from tickets.models import Ticket, Urgency
from tickets.services.referrals import referral_open
from tickets.services.suppliers import supplier_save


def relation_keys(cast: Cast, number: int) -> dict[str, int]:
    """Keys of what was made on the ticket of this number. Needs the staff's scope."""
    ticket = Ticket.objects.get(number=number)
    cass, rita = cast.person("cass"), cast.person("rita")
    supplier = supplier_save(
        supplier=None, name="Brightboard Displays", phone="0330 496 0144", portal="https://support.example/"
    )
    referral_open(
        ticket=ticket,
        supplier=supplier,
        by=cast.person("tess"),
        reference="BB/23-0917",
        urgency=Urgency.HIGHEST,
        waits=False,
    )
    complaint = complaint_raise(
        customer=ticket.customer,
        raised_by=rita,
        wrong="We were told twice that somebody would call back, and nobody did.",
        remedy="A call, and one person who knows the whole story.",
        ticket=ticket,
    )
    complaint_note(complaint=complaint, by=cass, text="Ask the team who spoke to Rita.")
    complaint_pass_up(
        complaint=complaint, by=cass, to_stage=Stage.LEADS, reason="It is about how we plan calls."
    )
    reported_change_add(
        customer=ticket.customer,
        what="The telephone company replaced the router in the office.",
        system="Internet line, main building",
        changed_on=date(2026, 11, 20),
        made_by="Northline Broadband",
        works="partly",
        by=rita,
    )
    return {
        "complaint": complaint.pk,
        "supplier": supplier.pk,
        "satisfaction_question": _questions(cast, ticket),
        "unusual": review_made(ticket),
        **_protection(cast, ticket),
    }


def _protection(cast: Cast, ticket: Ticket) -> dict[str, int]:
    """A hold, something that was gathered about somebody, an erasure under way, and a look that removed words."""
    ada, rita = cast.person("ada"), cast.person("rita")
    now = timezone.now()
    hold = Hold.objects.create(ticket=ticket, reason="A dispute about the invoice", placed_by=ada)
    path = default_storage.save("subject.zip", ContentFile(b"PK"))
    export = SubjectExport.objects.create(
        person=rita, by=ada, state=ExportState.READY, path=path, size=2, records=31, left_out=1,
        sha256="0" * 64, expires_at=now + timedelta(days=7),
    )  # fmt: skip
    gone = Person.objects.create(name="Erased person", email="erased@removed.invalid", is_active=False)
    Erasure.objects.create(
        person=gone, by=ada, reason="Asked for it by letter", counts={"holding:tickets": 3}
    )
    RetentionRun.objects.create(kind="tickets", before=now, began_at=now, ended_at=now, ids=[3, 5, 8])
    return {"hold": hold.pk, "subject_export": export.pk, "erased": gone.pk}


def review_made(ticket: Ticket) -> int:
    """The ticket is open longer than normal, and its school has many urgent ones."""
    figures = {
        "minutes": 3660,
        "ninth": 1320,
        "median": 360,
        "tickets": 40,
        "category": "Printing",
        "level": "High",
    }
    rows = [
        Review(
            customer=ticket.customer, kind="ticket", ticket=ticket, figures=figures, found_at=timezone.now()
        ),
        Review(
            customer=ticket.customer,
            kind="school",
            figures={"recent": 11, "own": 42, "by_size": 36, "people": 38},
            found_at=timezone.now(),
        ),
    ]
    first, _second = Review.objects.bulk_create(rows)
    return first.pk


def _questions(cast: Cast, ticket: Ticket) -> int:
    """What was asked about earlier closings of the ticket: a poor answer, a good one, and Rita's, not given yet."""
    said = (
        (
            "remy",
            "poor",
            "It came back on the next morning, and we had to ring twice before somebody called back.",
        ),
        ("remy", "good", ""),
        ("rita", "", ""),
    )
    for days, (who, answer, comment) in enumerate(said, start=1):
        closed_at = ticket.logged_at - timedelta(days=9 - days)
        answered_at = closed_at + timedelta(hours=2) if answer else None
        row = SatisfactionQuestion.objects.create(
            customer=ticket.customer,
            ticket=ticket,
            person=cast.person(who),
            closed_at=closed_at,
            mailed_at=closed_at,
            answer=answer,
            comment=comment,
            answered_at=answered_at,
            changed_at=answered_at,
        )
    return row.pk
