"""Endpoints: registered, changed, paused, given another secret, removed; and what of their log is kept (Rule I7)."""

from collections.abc import Collection
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer, Person, StaffRole
from accounts.responsible import holders_of
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from delivery.due import Moment
from delivery.services import notification_add
from webhooks.addresses import clean_url
from webhooks.events import EventType
from webhooks.models import Delivery, Endpoint, EndpointState
from webhooks.signing import new_secret, secret_box

MOST_ENDPOINTS = 20  # of one provider
OLD_SECRET_LASTS = timedelta(hours=24)
KEPT_FOR = timedelta(days=30)
TRIM_EVERY = timedelta(hours=6)
TRIMMED_AT_ONCE = 5_000


@transaction.atomic
def endpoint_create(
    *,
    label: str,
    url: str,
    events: Collection[str],
    created_by: Person,
    only_customer: Customer | None = None,
    with_words: bool = False,
) -> tuple[Endpoint, str]:
    """A new endpoint, and its secret, which is shown this once. Raises ValidationError by field."""
    if Endpoint.objects.count() >= MOST_ENDPOINTS:
        words = _("There are %(count)d webhooks already. Remove one that is no longer used.")
        raise ValidationError(words % {"count": MOST_ENDPOINTS})
    endpoint = Endpoint(created_by=created_by, wake_at=timezone.now() + TRIM_EVERY)
    _fill(endpoint, label, url, events, only_customer, with_words)
    secret = new_secret()
    endpoint.secret = secret_box.encrypt(secret)
    endpoint.save()
    audit_record(action="webhook.created", target=endpoint, changes=_changes({}, _facts(endpoint)))
    return endpoint, secret


@transaction.atomic
def endpoint_change(
    *,
    endpoint: Endpoint,
    label: str,
    url: str,
    events: Collection[str],
    only_customer: Customer | None = None,
    with_words: bool = False,
) -> Endpoint:
    """Another name, address or choice. What waits goes to the new address. Raises ValidationError by field."""
    endpoint = endpoint_lock(endpoint)
    before = _facts(endpoint)
    _fill(endpoint, label, url, events, only_customer, with_words)
    if endpoint.url != before["url"]:
        _forget_failures(endpoint)
    endpoint.save()
    changes = _changes(before, _facts(endpoint))
    if changes:
        audit_record(action="webhook.changed", target=endpoint, changes=changes)
    return endpoint


@transaction.atomic
def endpoint_switch(*, endpoint: Endpoint, on: bool) -> Endpoint:
    """Pause it, or go on. While it is paused nothing new is kept for it; what waits already goes out afterwards."""
    endpoint = endpoint_lock(endpoint)
    if (endpoint.state == EndpointState.ON) == on:
        return endpoint
    endpoint.state = EndpointState.ON if on else EndpointState.PAUSED
    endpoint.off_because = ""
    _forget_failures(endpoint)
    endpoint.save()
    audit_record(action="webhook.resumed" if on else "webhook.paused", target=endpoint)
    return endpoint


@transaction.atomic
def endpoint_rotate(*, endpoint: Endpoint) -> tuple[Endpoint, str]:
    """A new secret, shown this once. For a day deliveries are signed with the old one too; an older one ends now."""
    endpoint = endpoint_lock(endpoint)
    secret = new_secret()
    endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, timezone.now() + OLD_SECRET_LASTS
    endpoint.secret = secret_box.encrypt(secret)
    endpoint.save()
    audit_record(action="webhook.secret_changed", target=endpoint)
    return endpoint, secret


@transaction.atomic
def endpoint_remove(*, endpoint: Endpoint) -> None:
    """Take it away with its log and all that waits."""
    endpoint = endpoint_lock(endpoint)
    audit_record(action="webhook.removed", target=endpoint)
    endpoint.delete()


def endpoint_switch_off(endpoint: Endpoint, *, because: str) -> None:
    """Nothing arrives there: stop, and tell the administrators. The caller has locked the endpoint and stores it."""
    endpoint.state, endpoint.off_because = EndpointState.OFF, because
    audit_record(action="webhook.switched_off", target=endpoint, reason=because)
    since = endpoint.failing_since.isoformat() if endpoint.failing_since else ""
    for person_id in holders_of(StaffRole.ADMINISTRATOR):
        notification_add(
            person_id=person_id,
            key=f"webhook-off:{endpoint.pk}:{since}",
            summary=_("The webhook %(name)s was switched off: nothing arrives there")
            % {"name": endpoint.label},
            detail=because,
            path=reverse("settings:webhook", args=[current_provider().slug, endpoint.pk]),
        )


def endpoint_trim(endpoint: Endpoint, moment: Moment) -> None:
    """The sweeper's work: forget deliveries of long ago, and a secret whose day is over."""
    old = Delivery.objects.filter(endpoint=endpoint, created_at__lt=moment.now - KEPT_FOR)
    ids = list(old.order_by("id").values_list("pk", flat=True)[:TRIMMED_AT_ONCE])
    Delivery.objects.filter(pk__in=ids).delete()
    if endpoint.old_secret_until is not None and endpoint.old_secret_until <= moment.now:
        endpoint.old_secret, endpoint.old_secret_until = "", None
    is_more = len(ids) == TRIMMED_AT_ONCE
    endpoint.wake_at = moment.now + (timedelta(minutes=1) if is_more else TRIM_EVERY)
    endpoint.save(update_fields=["old_secret", "old_secret_until", "wake_at"])


def endpoint_lock(endpoint: Endpoint) -> Endpoint:
    """Read afresh and locked. Not against those who refer to it: a ticket that writes a delivery waits for nobody."""
    return Endpoint.objects.select_for_update(of=("self",), no_key=True).get(pk=endpoint.pk)


def _fill(
    endpoint: Endpoint,
    label: str,
    url: str,
    events: Collection[str],
    only_customer: Customer | None,
    with_words: bool,
) -> None:
    problems: dict[str, object] = {}
    endpoint.label = " ".join(label.split())
    if not 0 < len(endpoint.label) <= 80:
        problems["label"] = _("Give it a name of at most 80 characters, so that others know what it is for.")
    try:
        endpoint.url = clean_url(url)
    except ValidationError as problem:
        problems["url"] = problem.messages
    if not events or set(events) - set(EventType.values):
        problems["events"] = _("Choose at least one event.")
    if problems:
        raise ValidationError(problems)
    endpoint.events = [one for one in EventType.values if one in events]
    endpoint.only_customer, endpoint.with_words = only_customer, with_words


def _forget_failures(endpoint: Endpoint) -> None:
    endpoint.misses, endpoint.failing_since, endpoint.rests_until = 0, None, None


def _facts(endpoint: Endpoint) -> dict[str, object]:
    return {
        "label": endpoint.label,
        "url": endpoint.url,
        "events": endpoint.events,
        "school": str(endpoint.only_customer or ""),
        "with_words": endpoint.with_words,
    }


def _changes(before: dict[str, object], after: dict[str, object]) -> dict[str, tuple[object, object]]:
    return {name: (before.get(name), after[name]) for name in after if before.get(name) != after[name]}
