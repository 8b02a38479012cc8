"""What stands in an address under a provider: the parameters of an object of a place in the world."""

from collections.abc import Callable
from typing import Any

from django.db import models

from accounts.models import CustomerMembership
from accounts.tenancy.scope import open_scope
from contracts.models import (
    Contract,
    Obligation,
    Package,
)
from knowledge.models import Article, ServiceNotice
from reports.evidence import FIGURES
from tests.tenancy.places import PLACES
from tests.tenancy.world import World
from tickets.models import (
    RequestApproval,
    RequestForm,
)
from visits.models import Visit, VisitPlan

Parameters = dict[str, Any]
Find = Callable[[World, str], Parameters]


def find_ticket(world: World, place: str) -> Parameters:
    return {"number": world.number(place)}


def find_part(name: str, key: str = "pk") -> Find:
    return lambda world, place: {key: world.part(place, name)}


def find_school(world: World, place: str) -> Parameters:
    return {"customer": PLACES[place].school}


def find_report(world: World, place: str) -> Parameters:
    return {"customer": PLACES[place].school, "quarter": "2026Q3"}


def find_running_report(world: World, place: str) -> Parameters:
    return {"customer": PLACES[place].school, "quarter": "2026Q4"}


def find_figure(world: World, place: str) -> Parameters:
    return {**find_report(world, place), "figure": next(iter(FIGURES))}


def find_row(model: type[models.Model], key: str = "pk", **where: Any) -> Find:
    def find(world: World, place: str) -> Parameters:
        with open_scope(world.cast.staff_scope(PLACES[place].provider)):
            found = model._default_manager.filter(**where)
            if any(one.name == "customer" for one in model._meta.concrete_fields):
                own = found.filter(customer__slug=PLACES[place].school)
                found = own if own.exists() else found
            return {key: found.order_by("pk").values_list("pk", flat=True)[0]}

    return find


def find_contact(world: World, place: str) -> Parameters:
    with open_scope(world.cast.staff_scope(PLACES[place].provider)):
        return {"customer": PLACES[place].school, "pk": world.cast.person(PLACES[place].requester).pk}


def find_clock(world: World, place: str) -> Parameters:
    return {**find_ticket(world, place), "clock": world.part(place, "clock")}


def find_review(world: World, place: str) -> Parameters:
    return {**find_school(world, place), **find_row(Obligation)(world, place)}


def find_varied(world: World, place: str) -> Parameters:
    return {**find_row(Contract)(world, place), "varied": "response"}


def find_clause(world: World, place: str) -> Parameters:
    return {**find_row(Package)(world, place), "topic": "hardware"}


def find_action(name: str) -> Find:
    return lambda world, place: {**find_row(Visit)(world, place), "action": name}


def find_booking(world: World, place: str) -> Parameters:
    return {**find_school(world, place), "kind": "on_demand"}


def find_counted(model: type[models.Model]) -> Find:
    return lambda world, place: {**find_row(model)(world, place), "kind": "remote_session"}


def find_agreed(world: World, place: str) -> Parameters:
    """A contract with a threshold of its own."""
    return {**find_row(Contract, fair_use_agreements__isnull=False)(world, place), "kind": "remote_session"}


def find_approval(world: World, place: str) -> Parameters:
    """The ticket that the place's requester made through a form."""
    with open_scope(world.cast.staff_scope(PLACES[place].provider)):
        asked = RequestApproval.objects.filter(ticket__asked__title="Leaver")
        own = asked.filter(ticket__requester__name__iexact=PLACES[place].requester)
        return {"number": own.values_list("ticket__number", flat=True)[0]}


def find_caller_form(world: World, place: str) -> Parameters:
    return {
        **find_row(CustomerMembership, "membership")(world, place),
        **find_row(RequestForm, kind="leaver")(world, place),
    }


def find_planned_school(world: World, place: str) -> Parameters:
    return {**find_row(VisitPlan)(world, place), **find_row(Contract, "contract")(world, place)}


def find_planned_week(world: World, place: str) -> Parameters:
    return {**find_row(VisitPlan)(world, place), "monday": "2026-11-23"}


def find_chat(world: World, place: str) -> Parameters:
    return {"pk": world.part(place, "chat")}


def find_chat_file(world: World, place: str) -> Parameters:
    return {**find_chat(world, place), "file": world.part(place, "chat_file")}


def find_unusual(world: World, place: str) -> Parameters:
    return {"pk": world.part(place, "unusual")}


def find_complaint(world: World, place: str) -> Parameters:
    return {"pk": world.part(place, "complaint")}


def find_notice(world: World, place: str) -> Parameters:
    return find_row(ServiceNotice, published_at__isnull=False)(world, place)


def find_article(world: World, place: str) -> Parameters:
    return find_row(Article, state="published")(world, place)
