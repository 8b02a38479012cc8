"""No page makes more than fifteen queries, however much stands on it: every page of the URLconf, with much to show."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.tenancy.scope import open_scope
from delivery.services import notification_add
from sla.models import ServiceLevel
from tests.tenancy.filling import NOT_BY_HAND, make_row, tenant_models
from tests.tenancy.routes import ROUTES
from tests.tenancy.world import World
from tickets.models import Channel, Ticket
from tickets.services.attachments import UploadedPart
from tickets.services.call_backs import call_back_agree
from tickets.services.conversation import message_receive
from tickets.services.opening import ticket_open

pytestmark = pytest.mark.django_db

BUDGET = 15
# The page that technicians ask for most; with the beginning and the end of its transaction they are twelve.
TIGHTER = {"desk:queue": 10}
MANY = 20  # more than the budget, so that one query for each row breaks it


def visitor_of(name: str) -> str:
    """Who looks at the page: somebody who sees all of it."""
    return "ian" if name.startswith("portal") else "ada"


@pytest.fixture
def crowded(world: World) -> World:
    """The world with twenty rows more of everything at Oakfield and twenty messages with files on Rita's ticket."""
    cast = world.cast
    with open_scope(cast.staff_scope(name="ada")):
        school, ada, rita = cast.customer(), cast.person("ada"), cast.person("rita")
        for model in tenant_models():
            if model._meta.label not in NOT_BY_HAND:
                _twenty(partial(make_row, model, school, "much"))
        level, now = ServiceLevel.objects.order_by("rank")[0], timezone.now()
        for number in range(MANY):
            ticket = ticket_open(
                customer=school,
                requester=rita,
                subject=f"Much to do {number}",
                text="x",
                level=level,
                channel=Channel.EMAIL,
                assignee=ada,
            )
            call_back_agree(ticket=ticket, person=rita, phone="01632 960001", at=now + timedelta(hours=1))
            notification_add(person_id=ada.pk, key=f"much:{number}", summary="News", path="/")
            message_receive(
                ticket=Ticket.objects.get(number=world.number("rita")),
                author=rita,
                text="More",
                channel=Channel.EMAIL,
                attachments=[UploadedPart("much.txt", "text/plain", b"much")],
            )
    return world


def _twenty(make: Callable[[], object]) -> None:
    for _ in range(MANY):
        try:
            with transaction.atomic():
                make()
        except IntegrityError:
            return  # there can be only one


def test_every_page_keeps_to_its_queries(
    crowded: World,
    signed_in: Callable[[str], Client],
    at_most: Callable[[int], AbstractContextManager[None]],
) -> None:
    over, seen = [], 0
    clients = {name: signed_in(name) for name in ("ada", "ian")}
    for name in ROUTES:
        client = clients[visitor_of(name)]
        path = reverse(name, kwargs={"provider": "alder", **ROUTES[name].of(crowded, "rita")})
        first = client.get(path)  # the process's caches of calendars are warm afterwards
        if first.status_code != 200 or "html" not in first["Content-Type"]:
            continue
        seen += 1
        try:
            with at_most(TIGHTER.get(name, BUDGET)):
                client.get(path)
        except AssertionError as problem:
            over.append(f"{path}: {problem}")
    assert seen > 50
    assert not over, "\n\n".join(over)
