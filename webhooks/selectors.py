"""Endpoints with their health, and the log of one."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from webhooks.models import Delivery, DeliveryState, Endpoint

PER_PAGE = 50
FAILED = Q(failures__gt=0) & ~Q(state=DeliveryState.DELIVERED)
SHOWN = {
    "failed": FAILED,
    "waiting": Q(state=DeliveryState.WAITING),
    "delivered": Q(state=DeliveryState.DELIVERED),
}


@dataclass(frozen=True, slots=True)
class LogPage:
    """Deliveries, the newest first. `newer` and `older` are ids to go on from, or None at the ends."""

    rows: list[Delivery]
    newer: int | None
    older: int | None


def endpoints_with_counts() -> QuerySet[Endpoint]:
    """All of the provider's, each with how much is `waiting` and was `given_up`."""
    waiting = Count("deliveries", filter=Q(deliveries__state=DeliveryState.WAITING))
    given_up = Count("deliveries", filter=Q(deliveries__state=DeliveryState.DEAD))
    rows = Endpoint.objects.select_related("only_customer", "created_by")
    return rows.annotate(waiting=waiting, given_up=given_up).order_by("label", "id")


def log_page(
    endpoint: Endpoint, *, show: str = "", before: int | None = None, after: int | None = None
) -> LogPage:
    """One page of an endpoint's log, from a key on: what comes in meanwhile shifts nothing."""
    rows = Delivery.objects.filter(SHOWN.get(show, Q()), endpoint=endpoint).defer("body", "answer")
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: PER_PAGE + 1])
        page, has_newer, has_older = found[:PER_PAGE][::-1], len(found) > PER_PAGE, True
    else:
        found = list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[: PER_PAGE + 1])
        page, has_newer, has_older = found[:PER_PAGE], before is not None, len(found) > PER_PAGE
    return LogPage(
        rows=page,
        newer=page[0].pk if page and has_newer else None,
        older=page[-1].pk if page and has_older else None,
    )
