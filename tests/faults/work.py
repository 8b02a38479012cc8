"""The project's side of a job: what children of the fork server are asked to do."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Person, Provider
from accounts.tenancy.lookups import provider_id_for
from delivery.models import Notification
from delivery.sweeper import sweep
from tests.delivery.making import inside, make_mail, make_notifications, make_person, make_provider

LONG_AGO = timedelta(hours=1)


def make_desk(slug: str) -> int:
    """A provider with one person."""
    provider = make_provider(slug, slug.title())
    make_person(provider, f"ada@{slug}.example")
    return provider.pk


def add_work(slug: str, count: int) -> None:
    """Notifications for the person of a desk and mails to a school, all due now."""
    key = provider_id_for(slug)
    assert key is not None
    provider = Provider(pk=key)
    with inside(provider):
        person = Person.objects.get(email=f"ada@{slug}.example")
        Notification.objects.filter(wake_at__isnull=True).delete()
    make_notifications(person, count)
    for _ in range(count):
        make_mail(provider)


def sweep_once(now: str | None = None) -> dict[str, int]:
    """One sweep."""
    return sweep(now=datetime.fromisoformat(now) if now else None).done


def make_steps(providers: int, steps: int) -> None:
    """Due notifications, each for a person of its own, over all providers; the oldest of each is poison."""
    for number in range(providers):
        provider = make_provider(f"desk{number}", f"Desk {number}")
        with inside(provider):
            people = [
                Person(name=f"P {index}", email=f"p{index}@desk{number}.example", is_staff=True)
                for index in range(steps // providers)
            ]
            Person.objects.bulk_create(people)
            nobody = Person.objects.create(name="Nobody", email="no address", is_staff=True)
            due, words = timezone.now(), {"summary": "Something is due", "path": "/"}
            Notification.objects.create(person=nobody, key="poison", wake_at=due - LONG_AGO, **words)
            Notification.objects.bulk_create(
                Notification(person=one, key="step", wake_at=due, **words) for one in people
            )
