"""Providers, people, notifications and mail for the tests of delivery."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Person, Provider, StaffRole
from accounts.services import staff_create
from accounts.tenancy.scope import Scope, open_scope
from delivery.models import MailPurpose, Notification, OutboundMail
from delivery.services import mail_enqueue, notification_add


def make_provider(slug: str = "north", name: str = "North Desk") -> Provider:
    """A provider, committed or in the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('accounts_provider_id_seq')")
        key = cursor.fetchone()[0]
    with open_scope(Scope(provider_id=key)):
        return Provider.objects.create(
            id=key, slug=slug, name=name, support_email=f"help@{slug}.example", reference_prefix="ND"
        )


@contextmanager
def inside(tenant: Provider | Person) -> Iterator[None]:
    """The scope of a provider's staff."""
    key: int | None = tenant.pk if isinstance(tenant, Provider) else tenant.provider_id
    assert key is not None
    with open_scope(Scope(provider_id=key)):
        yield


def make_person(provider: Provider, email: str = "ada@north.example", name: str = "Ada Lovelace") -> Person:
    with inside(provider):
        return staff_create(name=name, email=email, roles=(StaffRole.TECHNICIAN_1,))


def make_notifications(
    person: Person, count: int, *, wake_at: datetime | None = None, is_late: bool = False
) -> list[int]:
    """Things that one person should know, all due now or at `wake_at`."""
    with inside(person):
        made = [
            notification_add(
                person_id=person.pk,
                key=f"step:{person.pk}:{number}",
                summary=f"Step {number}",
                path="/desk/",
                is_late=is_late,
            )
            for number in range(count)
        ]
        keys = [row.pk for row in made if row is not None]
        if wake_at is not None:
            Notification.objects.filter(pk__in=keys).update(wake_at=wake_at)
    return keys


def make_mail(provider: Provider, *recipients: str, **details: Any) -> OutboundMail:
    """A reply, due now, with some of it otherwise."""
    words: dict[str, Any] = {
        "purpose": MailPurpose.REPLY,
        "recipients": recipients or ("pat@school.example",),
        "subject": "Your projector",
        "text": "We are on it.",
    }
    with inside(provider):
        return mail_enqueue(**{**words, **details})


def reread(mail: OutboundMail) -> OutboundMail:
    """The mail as it is in the database now."""
    assert mail.provider_id is not None
    with open_scope(Scope(provider_id=mail.provider_id)):
        return OutboundMail.objects.get(pk=mail.pk)


def now() -> datetime:
    return timezone.now()
