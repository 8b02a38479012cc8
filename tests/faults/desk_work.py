"""What children of the fork server are asked to do on a whole desk: the cast's, from the mail that comes in on."""

from base64 import b64decode
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Customer, CustomerMembership, Person, Provider, StaffRole, Team, User
from accounts.services import contact_create, customer_create, staff_create
from accounts.tenancy.lookups import provider_id_for
from accounts.tenancy.scope import Scope, open_scope
from contracts.models import Contract, Package, PausePolicy
from contracts.presets import CONCERO
from contracts.services import provider_install
from delivery.sweeper import sweep
from sla.models import BusinessCalendar, Clock, ServiceLevel
from tests import cast
from tests.faults.dovecot import PASSWORD, USER
from tickets.intake import imap
from tickets.intake.batches import mails_take
from tickets.intake.secrets import secret_encrypt
from tickets.intake.spooling import RawMail
from tickets.models import AfterStoring, Category, Channel, Mailbox
from tickets.services.installation import desk_install
from tickets.services.opening import ticket_open
from visits.services import visits_install

# Long after every promise: both clocks of a ticket have been missed, the warnings with them.
AFTER_ALL_DEADLINES = timedelta(days=90)
LEAD = timedelta(minutes=10)  # of a warning before its deadline


def build_cast() -> None:
    """The named cast, committed."""
    with transaction.atomic():
        cast.build()


def take_and_sweep(slug: str, messages: list[str], sweep_at: str | None = None) -> list[str]:
    """Take messages in as the intake command does, then sweep now and once more after all deadlines.

    The messages are in base64. Returns their outcomes.
    """
    provider_id = provider_id_for(slug)
    assert provider_id is not None
    with open_scope(Scope(provider_id=provider_id)):
        mailbox = Mailbox.objects.get(is_default=True)
    mails = [RawMail.of(b64decode(one)) for one in messages]
    ends = [end.outcome for end in mails_take(mailbox=mailbox, mails=mails, received_at=timezone.now())]
    moment = datetime.fromisoformat(sweep_at) if sweep_at else timezone.now()
    sweep(now=moment)
    sweep(now=moment + AFTER_ALL_DEADLINES)
    return ends


def mailbox_connect(slug: str, port: int) -> None:
    """Let the provider's default mailbox be read from a server of this machine, and messages be deleted there."""
    provider_id = provider_id_for(slug)
    assert provider_id is not None
    with open_scope(Scope(provider_id=provider_id)):
        secret = secret_encrypt(PASSWORD)
        server = {"host": "localhost", "port": port, "username": USER, "secret": secret}
        Mailbox.objects.filter(is_default=True).update(after_storing=AfterStoring.DELETE, **server)


def mailbox_read(slug: str) -> int:
    """Fetch what is in the provider's default mailbox and decide it. How many messages were new."""
    provider_id = provider_id_for(slug)
    assert provider_id is not None
    with open_scope(Scope(provider_id=provider_id)):
        mailbox = Mailbox.objects.get(is_default=True)
    stored = imap.mailbox_poll(mailbox).stored
    sweep(queues=["inbound"])
    return stored


def make_desks(count: int, tickets: int) -> None:
    """Desks with so many tickets each: the reply is missed just now, the fix warns just now.

    The oldest step of each is poison: its escalation must be told to somebody who has no mail address.
    """
    for number in range(count):
        provider = provider_install(CONCERO, slug=f"desk{number}")
        with open_scope(Scope(provider_id=provider.pk)):
            Provider.objects.update(support_email=f"help@desk{number}.example")
            desk_install(CONCERO)
            visits_install(CONCERO)
            _make_tickets(f"desk{number}.example", tickets)


def _make_tickets(domain: str, count: int) -> None:
    technician, lead, manager = (
        staff_create(name=str(role.label), email=f"{role.value}@{domain}", roles=(role,))
        for role in (StaffRole.TECHNICIAN_1, StaffRole.TECHNICAL_LEAD, StaffRole.SUCCESS_MANAGER)
    )
    team = Team.objects.create(name="Desk", lead=lead)
    school = customer_create(slug="oak", name="Oak", domains=(), team=team, success_manager=manager)
    Contract.objects.create(
        customer=school,
        package=Package.objects.filter(name__startswith="Full Managed")[0],
        calendar=BusinessCalendar.objects.get(is_default=True),
        starts_on=date(2024, 9, 1),
        pause_policy=PausePolicy.STRICT,
    )
    asks = contact_create(customer=school, name="Asks", email=f"asks@oak.{domain}")
    unreachable = contact_create(customer=school, name="Poison", email=f"poison@oak.{domain}")
    Person.objects.filter(pk=unreachable.pk).update(email="no address")
    for number in range(count):
        _open_due(school, asks, technician, f"Step {number}", since=timedelta(minutes=1))
    _open_due(school, unreachable, technician, "Poison", since=timedelta(minutes=5))


def _open_due(school: Customer, asks: Person, owner: Person, subject: str, *, since: timedelta) -> None:
    ticket = ticket_open(
        customer=school,
        requester=asks,
        subject=subject,
        text="Please help",
        channel=Channel.PORTAL,
        assignee=owner,
        acknowledge=False,
    )
    now = timezone.now()
    Clock.objects.filter(answers_ticket=ticket).update(
        due_at=now - since, warn_at=now - since - LEAD, warned_at=now - since - LEAD, wake_at=now - since
    )
    Clock.objects.filter(fixes_ticket=ticket).update(
        due_at=now + timedelta(days=30), warn_at=now - since, wake_at=now - since
    )


def sweep_at(now: str) -> dict[str, dict[str, int]]:
    """One sweep for an instant."""
    result = sweep(now=datetime.fromisoformat(now))
    return {"done": result.done, "failed": result.failed}


def post_request(email: str, address: str, subject: str) -> int:
    """Log a request with a file through the whole web stack, signed in as somebody of a school. The answer's status."""
    provider_id = provider_id_for(address.split("/")[1])
    assert provider_id is not None
    with open_scope(Scope(provider_id=provider_id)):
        chosen = {
            "customer": CustomerMembership.objects.filter(person__email=email)[0].customer_id,
            "category": Category.objects.filter(is_active=True)[0].pk,
            "level": ServiceLevel.objects.all()[0].pk,
        }
    client = Client()
    client.force_login(User.objects.get(email=email))
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.4 a plan", content_type="application/pdf")
    # The key that the page was drawn with: whoever sends it again sends the same one.
    once = uuid5(NAMESPACE_URL, subject)
    words = {"once": once, "subject": subject, "text": "It stays dark.", "attachments": [file]}
    return int(client.post(address, {**chosen, **words}).status_code)
