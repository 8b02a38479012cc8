"""What the attacks share."""

from collections.abc import Callable

from django.test import Client

from accounts.models import Person, Team
from accounts.tenancy.scope import open_scope
from sla.models import ServiceLevel
from tests.tenancy.world import World

SignedIn = Callable[[str], Client]
SCRIPT = "<script>alert('zqxss')</script>"


def quiet(client: Client) -> Client:
    """A browser that gets a page for an error, as in production."""
    client.raise_request_exception = False
    return client


def first_pk(world: World, provider: str, model: type[Person | Team | ServiceLevel]) -> int:
    with open_scope(world.cast.staff_scope(provider)):
        return int(model.objects.order_by("pk").values_list("pk", flat=True)[0])
