"""Taking mail in against bare parsing of the same bytes by the standard `email` package."""

import time
from collections.abc import Iterable
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage

from django.utils import timezone

from benchmarks.database import scratch_database
from benchmarks.registry import Direction, Ratio, benchmark
from benchmarks.timing import human

MESSAGES = 1_000
TARGET = 0.5


def message(number: int) -> bytes:
    """An ordinary message of a teacher: text and HTML, every tenth with a picture of 200 kB."""
    mail = EmailMessage()
    mail["From"] = f"Rita <rita{number % 50}@intake.example>"
    mail["To"] = "support@intake-desk.example"
    mail["Subject"] = f"The projector in room {number} is broken"
    mail["Message-ID"] = f"<{number}.{time.time_ns()}@intake.example>"
    mail["Date"] = "Fri, 20 Nov 2026 16:00:00 +0000"
    words = [f"Sentence {line} about projector {number}, as a person writes it.\n" for line in range(20)]
    mail.set_content("".join(words))
    mail.add_alternative("".join(f"<p>{one}</p>" for one in words), subtype="html")
    if number % 10 == 0:
        mail.add_attachment(bytes(range(256)) * 800, maintype="image", subtype="jpeg", filename="photo.jpg")
    return mail.as_bytes()


def parse_everything(raw: bytes) -> int:
    """What reading a message with the package costs: its headers and all of its parts."""
    parsed = message_from_bytes(raw, policy=policy.default)
    return sum(len(str(value)) for _, value in parsed.items()) + sum(
        len(part.get_content()) for part in parsed.walk() if not part.is_multipart()
    )


@benchmark("intake")
def intake_against_parsing() -> Iterable[Ratio]:
    """Stored, decided, and opened as tickets with clocks and acknowledgements, against parsing alone."""
    with scratch_database():
        from accounts.services import customer_create
        from accounts.tenancy.scope import Scope, open_scope
        from contracts.models import Contract, Package
        from contracts.presets import CONCERO
        from contracts.services import provider_install
        from sla.models import BusinessCalendar
        from tickets.intake.batches import BATCH, mails_take
        from tickets.intake.spooling import RawMail
        from tickets.models import Mailbox, Ticket

        provider = provider_install(CONCERO, slug="intake-desk")
        with open_scope(Scope(provider_id=provider.pk)):
            school = customer_create(slug="intake", name="Intake", domains=("intake.example",))
            Contract.objects.create(
                customer=school,
                package=Package.objects.get(key="cloud"),
                calendar=BusinessCalendar.objects.get(is_default=True),
                starts_on=date(2024, 9, 1),
            )
            mailbox = Mailbox.objects.create(address="support@intake-desk.example", is_default=True)
        raws = [message(number) for number in range(MESSAGES + 50)]

        def take(some: list[bytes]) -> float:
            mails = [RawMail.of(raw) for raw in some]
            started = time.perf_counter()
            ends = list(mails_take(mailbox=mailbox, mails=mails, received_at=timezone.now()))
            taken = time.perf_counter() - started
            assert {one.outcome for one in ends} <= {"ticket", "duplicate"}, ends
            return taken

        take(raws[:50])
        with open_scope(Scope(provider_id=provider.pk)):
            assert not Ticket.objects.filter(fix_clock=None).exists(), "tickets without clocks"
        opened = again = parsed = 0.0
        # By turns, so that whatever else the machine does slows all three alike.
        for first in range(50, len(raws), BATCH):
            some = raws[first : first + BATCH]
            opened += take(some)
            again += take(some)
            started = time.perf_counter()
            for raw in some:
                parse_everything(raw)
            parsed += time.perf_counter() - started
    each = [human(seconds / MESSAGES) for seconds in (opened, again, parsed)]
    per = f"{each[0]} a ticket, {each[1]} a repeat, {each[2]} to parse"
    yield Ratio(
        "intake rate / rate of bare parsing, tickets", parsed / opened, TARGET, Direction.AT_LEAST, per
    )
    yield Ratio(
        "intake rate / rate of bare parsing, repeats", parsed / again, TARGET, Direction.AT_LEAST, per
    )
