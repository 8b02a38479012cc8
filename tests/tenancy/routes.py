"""Every address under a provider: who may come in, and what it shows. Written by hand, beside the code's own marks.

A new address without a row here fails the walk: think who may see it and what somebody else's object would be.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import URLPattern, get_resolver

from accounts.models import CustomerMembership, Person, Team
from accounts.tenancy.scope import open_scope
from api.models import ApiToken
from chat.models import CannedAnswer
from contracts.models import (
    AgreementVersion,
    ClauseCondition,
    Contract,
    ContractDocument,
    Obligation,
    Package,
    PackageClause,
    Variation,
)
from delivery.models import OutboundMail
from onboarding.models import Import
from quotes.models import Quote
from reports.evidence import FIGURES
from sla.models import BusinessCalendar, Closure, PublicHoliday
from tests.tenancy.world import PLACES, World
from tickets.models import InboundMail, Mailbox
from visits.models import EngineerAbsence, PlannedVisit, SchoolTerm, Visit, VisitPlan

Parameters = dict[str, Any]
Find = Callable[[World, str], Parameters]

DESK = frozenset({"tess", "theo", "lena", "cass", "sena", "ada", "tim", "bill"})
CONTRACTS = frozenset({"cass", "ada", "bill"})
PEOPLE = frozenset({"cass", "ada", "bill"})
CALENDARS = frozenset({"ada", "bill"})
PROVIDER = frozenset({"ada", "bill"})
MAIL = frozenset({"lena", "ada", "bill"})
PLANNERS = frozenset({"lena", "cass", "ada", "bill"})
WRITERS = frozenset({"cass", "sena", "ada", "bill"})
PORTAL = frozenset({"rita", "remy", "rob", "bea", "ian", "fay", "hugo", "hana", "rose"})
EVERYBODY = DESK | PORTAL
# The named contacts of schools, who get its reports.
CONTACTS = PORTAL - {"rita", "remy", "hugo"}
# Those of them who see the whole school, and so its contract.
LEADS = CONTACTS - {"fay"}


@dataclass(frozen=True)
class Route:
    """An address. `of` finds the object of a place; `border` says what divides own objects from foreign ones."""

    who: frozenset[str]
    of: Find = lambda world, place: {}
    border: str = ""
    """"" no object, "provider" shared by its staff, "person" the requester's, "contacts" the school's contacts',
    "leads" of those who see the whole school, "own" that one person's alone.
    """
    writers: frozenset[str] = frozenset()
    """Who may send the form, where not all who may read it."""


def _ticket(world: World, place: str) -> Parameters:
    return {"number": world.number(place)}


def _part(name: str, key: str = "pk") -> Find:
    return lambda world, place: {key: world.part(place, name)}


def _school(world: World, place: str) -> Parameters:
    return {"customer": PLACES[place].school}


def _report(world: World, place: str) -> Parameters:
    return {"customer": PLACES[place].school, "quarter": "2026Q3"}


def _running_report(world: World, place: str) -> Parameters:
    return {"customer": PLACES[place].school, "quarter": "2026Q4"}


def _figure(world: World, place: str) -> Parameters:
    return {**_report(world, place), "figure": next(iter(FIGURES))}


def _row(model: type[models.Model], key: str = "pk", **where: Any) -> Find:
    def find(world: World, place: str) -> Parameters:
        with open_scope(world.cast.staff_scope(PLACES[place].provider)):
            found = model._default_manager.filter(**where)
            if any(one.name == "customer" for one in model._meta.concrete_fields):
                own = found.filter(customer__slug=PLACES[place].school)
                found = own if own.exists() else found
            return {key: found.order_by("pk").values_list("pk", flat=True)[0]}

    return find


def _contact(world: World, place: str) -> Parameters:
    with open_scope(world.cast.staff_scope(PLACES[place].provider)):
        return {"customer": PLACES[place].school, "pk": world.cast.person(PLACES[place].requester).pk}


def _clock(world: World, place: str) -> Parameters:
    return {**_ticket(world, place), "clock": world.part(place, "clock")}


def _review(world: World, place: str) -> Parameters:
    return {**_school(world, place), **_row(Obligation)(world, place)}


def _varied(world: World, place: str) -> Parameters:
    return {**_row(Contract)(world, place), "varied": "response"}


def _clause(world: World, place: str) -> Parameters:
    return {**_row(Package)(world, place), "topic": "hardware"}


def _action(name: str) -> Find:
    return lambda world, place: {**_row(Visit)(world, place), "action": name}


def _booking(world: World, place: str) -> Parameters:
    return {**_school(world, place), "kind": "on_demand"}


def _counted(model: type[models.Model]) -> Find:
    return lambda world, place: {**_row(model)(world, place), "kind": "remote_session"}


def _agreed(world: World, place: str) -> Parameters:
    """A contract with a threshold of its own."""
    return {**_row(Contract, fair_use_agreements__isnull=False)(world, place), "kind": "remote_session"}


def _planned_school(world: World, place: str) -> Parameters:
    return {**_row(VisitPlan)(world, place), **_row(Contract, "contract")(world, place)}


def _planned_week(world: World, place: str) -> Parameters:
    return {**_row(VisitPlan)(world, place), "monday": "2026-11-23"}


def _chat(world: World, place: str) -> Parameters:
    return {"pk": world.part(place, "chat")}


STAFF_MEMBER = _row(Person, is_staff=True, name__in=["Tess", "Tim"])

ROUTES: dict[str, Route] = {
    "desk:home": Route(DESK),
    "desk:queue": Route(DESK),
    "desk:ticket": Route(DESK, _ticket, "provider"),
    "desk:visit_times": Route(DESK, _ticket, "provider"),
    "desk:deadline": Route(DESK, _clock, "provider"),
    "desk:ticket_coverage": Route(DESK, _ticket, "provider"),
    "desk:coverage_say": Route(DESK, _ticket, "provider"),
    "desk:coverage_history": Route(DESK, _ticket, "provider"),
    "desk:ticket_act": Route(
        DESK, lambda world, place: {**_ticket(world, place), "action": "note"}, "provider"
    ),
    "desk:phone": Route(DESK),
    "desk:phone_call": Route(DESK, _row(CustomerMembership, "membership"), "provider"),
    "desk:phone_coverage": Route(DESK, _row(CustomerMembership, "membership"), "provider"),
    "desk:call_backs": Route(DESK),
    "desk:attachment": Route(EVERYBODY, _part("attachment"), "person"),
    "desk:message_html": Route(EVERYBODY, _part("message"), "person"),
    "desk:held_mail": Route(DESK),
    "desk:held_message": Route(DESK, _row(InboundMail), "provider"),
    "desk:held_message_raw": Route(DESK, _row(InboundMail), "provider"),
    "desk:held_message_release": Route(DESK, _row(InboundMail), "provider"),
    "desk:held_message_retry": Route(DESK, _row(InboundMail), "provider"),
    "desk:held_message_reject": Route(DESK, _row(InboundMail), "provider"),
    "settings:mailboxes": Route(MAIL),
    "settings:mailbox_new": Route(MAIL),
    "settings:mailbox_edit": Route(MAIL, _row(Mailbox), "provider"),
    "settings:mailbox_test": Route(MAIL, _row(Mailbox), "provider"),
    "settings:mailbox_switch": Route(MAIL, _row(Mailbox), "provider"),
    "portal:home": Route(PORTAL),
    "portal:tickets": Route(PORTAL),
    "portal:new": Route(PORTAL),
    "portal:new_coverage": Route(PORTAL),
    "portal:ticket": Route(PORTAL, _ticket, "person"),
    "portal:ticket_add": Route(PORTAL, _ticket, "person"),
    "portal:ticket_reopen": Route(PORTAL, _ticket, "person"),
    "portal:ticket_escalate": Route(PORTAL, _ticket, "person"),
    "portal:ticket_level": Route(PORTAL, _ticket, "person"),
    "portal:attachment": Route(EVERYBODY, _part("attachment"), "person"),
    "portal:message_html": Route(EVERYBODY, _part("message"), "person"),
    "desk_chat:list": Route(DESK),
    "desk_chat:beat": Route(DESK),
    "desk_chat:presence": Route(DESK),
    "desk_chat:chat": Route(DESK, _chat, "provider"),
    "desk_chat:news": Route(DESK, _chat, "provider"),
    "desk_chat:act": Route(DESK, lambda world, place: {**_chat(world, place), "action": "take"}, "provider"),
    "portal_chat:start": Route(PORTAL),
    "portal_chat:chat": Route(PORTAL, _chat, "own"),
    "portal_chat:news": Route(PORTAL, _chat, "own"),
    "portal_chat:say": Route(PORTAL, _chat, "own"),
    "portal_chat:sign": Route(PORTAL, _chat, "own"),
    "portal_chat:end": Route(PORTAL, _chat, "own"),
    "settings:chat": Route(PROVIDER),
    "settings:chat_answer_new": Route(PROVIDER),
    "settings:chat_answer": Route(PROVIDER, _row(CannedAnswer), "provider"),
    "settings:chat_answer_remove": Route(PROVIDER, _row(CannedAnswer), "provider"),
    "portal_reports:list": Route(CONTACTS),
    "portal_reports:report": Route(CONTACTS, _report, "contacts"),
    "portal_reports:pdf": Route(CONTACTS, _report, "contacts"),
    "portal_reports:figure": Route(CONTACTS, _figure, "contacts"),
    "reports:list": Route(DESK),
    "reports:report": Route(DESK, _running_report, "provider", writers=WRITERS),
    "reports:release": Route(WRITERS, _running_report, "provider"),
    "reports:pdf": Route(DESK, _report, "provider"),
    "reports:figure": Route(DESK, _figure, "provider"),
    "desk_contracts:due": Route(DESK),
    "desk_contracts:contract": Route(DESK, _row(Contract), "provider"),
    "desk_contracts:timeline": Route(DESK, _row(Contract), "provider"),
    "desk_contracts:document": Route(DESK, _row(ContractDocument), "provider"),
    "quotes:list": Route(DESK),
    "quotes:csv": Route(DESK),
    "quotes:new": Route(CONTRACTS),
    "quotes:quote": Route(DESK, _row(Quote), "provider"),
    "quotes:edit": Route(CONTRACTS, _row(Quote), "provider"),
    "quotes:send": Route(CONTRACTS, _row(Quote), "provider"),
    "quotes:withdraw": Route(CONTRACTS, _row(Quote), "provider"),
    "quotes:revise": Route(CONTRACTS, _row(Quote), "provider"),
    "portal_quotes:list": Route(CONTACTS),
    "portal_quotes:quote": Route(CONTACTS, _row(Quote), "contacts"),
    "portal_quotes:accept": Route(frozenset({"rob"}), _row(Quote), "contacts"),
    "portal_quotes:decline": Route(frozenset({"rob"}), _row(Quote), "contacts"),
    "visits:calendar": Route(DESK),
    "visits:today": Route(DESK),
    "visits:choose": Route(DESK),
    "visits:book": Route(DESK, _booking, "provider"),
    "visits:places": Route(DESK, _booking, "provider"),
    "visits:hindered": Route(DESK),
    "visits:hindered_csv": Route(DESK),
    "visits:subscribe": Route(DESK),
    "visits:visit": Route(DESK, _row(Visit), "provider"),
    "visits:act": Route(DESK, _action("undo"), "provider"),
    "visits:left": Route(DESK, _row(Contract), "provider"),
    "portal_visits:left": Route(LEADS, _row(Contract), "leads"),
    "visits:ledger": Route(DESK, _row(Contract), "provider"),
    "visits:ledger_csv": Route(DESK, _row(Contract), "provider"),
    "portal_visits:list": Route(PORTAL),
    "portal_visits:subscribe": Route(LEADS, _school, "leads"),
    "portal_contracts:list": Route(LEADS),
    "portal_contracts:contract": Route(LEADS, _row(Contract), "leads"),
    "portal_contracts:timeline": Route(LEADS, _row(Contract), "leads"),
    "portal_contracts:document": Route(LEADS, _row(ContractDocument), "leads"),
    "settings:home": Route(DESK),
    "settings:staff": Route(PEOPLE),
    "settings:staff_new": Route(PEOPLE),
    "settings:staff_edit": Route(PEOPLE, STAFF_MEMBER, "provider"),
    "settings:staff_switch": Route(PEOPLE, STAFF_MEMBER, "provider"),
    "settings:staff_invite": Route(PEOPLE, STAFF_MEMBER, "provider"),
    "settings:teams": Route(PEOPLE),
    "settings:team_new": Route(PEOPLE),
    "settings:team_edit": Route(PEOPLE, _row(Team), "provider"),
    "settings:contacts": Route(PEOPLE),
    "settings:contact_new": Route(PEOPLE, _school, "provider"),
    "settings:contact_edit": Route(PEOPLE, _contact, "provider"),
    "settings:contact_switch": Route(PEOPLE, _contact, "provider"),
    "settings:contact_remove": Route(PEOPLE, _contact, "provider"),
    "settings:contact_invite": Route(PEOPLE, _contact, "provider"),
    "settings:brand": Route(PROVIDER),
    "settings:switches": Route(PROVIDER),
    "settings:audit": Route(PROVIDER),
    "settings:audit_csv": Route(PROVIDER),
    "settings:tokens": Route(PROVIDER),
    "settings:token_new": Route(PROVIDER),
    "settings:api_reference": Route(PROVIDER),
    "settings:token_revoke": Route(PROVIDER, _row(ApiToken), "provider"),
    "settings:outbox": Route(MAIL),
    "settings:outbox_retry": Route(MAIL, _row(OutboundMail), "provider"),
    "settings:year": Route(DESK),
    "settings:closure_new": Route(CALENDARS),
    "settings:closure_edit": Route(CALENDARS, _row(Closure), "provider"),
    "settings:closure_delete": Route(CALENDARS, _row(Closure), "provider"),
    "settings:shutdown": Route(CALENDARS, lambda world, place: {"year": 2026}),
    "settings:calendars": Route(DESK),
    "settings:calendar_new": Route(CALENDARS),
    "settings:calendar_edit": Route(CALENDARS, _row(BusinessCalendar), "provider"),
    "settings:holidays": Route(DESK),
    "settings:holiday_new": Route(CALENDARS),
    "settings:holiday_fill": Route(CALENDARS),
    "settings:holiday_edit": Route(CALENDARS, _row(PublicHoliday), "provider"),
    "settings:holiday_delete": Route(CALENDARS, _row(PublicHoliday), "provider"),
    "settings:customers": Route(DESK),
    "settings:customer_new": Route(CONTRACTS),
    "settings:customer": Route(DESK, _school, "provider"),
    "settings:customer_edit": Route(CONTRACTS, _school, "provider"),
    "settings:contract_new": Route(CONTRACTS, _school, "provider"),
    "settings:contracts": Route(DESK),
    "settings:contract": Route(DESK, _row(Contract), "provider"),
    "settings:contract_edit": Route(CONTRACTS, _row(Contract), "provider"),
    "settings:contract_renew": Route(CONTRACTS, _row(Contract), "provider"),
    "settings:contract_end": Route(CONTRACTS, _row(Contract), "provider"),
    "settings:variations": Route(CONTRACTS, _row(Contract), "provider"),
    "settings:variation_new": Route(CONTRACTS, _varied, "provider"),
    "settings:variation_replace": Route(CONTRACTS, _row(Variation), "provider"),
    "settings:variation_withdraw": Route(CONTRACTS, _row(Variation), "provider"),
    "settings:document_new": Route(CONTRACTS, _row(Contract), "provider"),
    "settings:document_remove": Route(CONTRACTS, _row(ContractDocument), "provider"),
    "settings:obligations": Route(DESK),
    "settings:obligation_new": Route(PROVIDER),
    "settings:obligation_edit": Route(PROVIDER, _row(Obligation), "provider"),
    "settings:obligation_review": Route(CONTRACTS, _review, "provider"),
    "settings:allowances": Route(DESK),
    "settings:allowance_rule": Route(CONTRACTS, _counted(Package), "provider"),
    "settings:fair_use": Route(CONTRACTS, _counted(Contract), "provider"),
    "settings:fair_use_end": Route(CONTRACTS, _agreed, "provider"),
    "settings:moving_in": Route(CONTRACTS),
    "settings:moving_in_template": Route(CONTRACTS),
    "settings:moving_in_export": Route(CONTRACTS),
    "settings:moving_in_import": Route(CONTRACTS, _row(Import), "provider"),
    "settings:moving_in_discard": Route(CONTRACTS, _row(Import), "provider"),
    "planning:list": Route(DESK),
    "planning:new": Route(PLANNERS),
    "planning:plan": Route(DESK, _row(VisitPlan), "provider"),
    "planning:school": Route(DESK, _planned_school, "provider"),
    "planning:week": Route(DESK, _planned_week, "provider"),
    "planning:apply": Route(PLANNERS, _row(VisitPlan), "provider"),
    "planning:discard": Route(PLANNERS, _row(VisitPlan), "provider"),
    "planning:visit": Route(PLANNERS, _row(PlannedVisit), "provider"),
    "planning:drop": Route(PLANNERS, _row(PlannedVisit), "provider"),
    "planning:wish": Route(PLANNERS, _row(Contract, "contract"), "provider"),
    "settings:engineers": Route(DESK),
    "settings:engineer": Route(PLANNERS, STAFF_MEMBER, "provider"),
    "settings:absence_new": Route(PLANNERS, STAFF_MEMBER, "provider"),
    "settings:absence": Route(PLANNERS, _row(EngineerAbsence), "provider"),
    "settings:absence_edit": Route(PLANNERS, _row(EngineerAbsence), "provider"),
    "settings:absence_remove": Route(PLANNERS, _row(EngineerAbsence), "provider"),
    "settings:term_schools": Route(DESK),
    "settings:terms": Route(DESK, _school, "provider"),
    "settings:term_new": Route(PLANNERS, _school, "provider"),
    "settings:term_copy": Route(PLANNERS, _school, "provider"),
    "settings:term_edit": Route(PLANNERS, _row(SchoolTerm), "provider"),
    "settings:term_remove": Route(PLANNERS, _row(SchoolTerm), "provider"),
    "settings:tester": Route(DESK),
    "settings:coverage_tester": Route(DESK),
    "settings:editions": Route(DESK),
    "settings:edition": Route(DESK, _row(AgreementVersion), "provider"),
    "settings:edition_new": Route(CONTRACTS, _row(AgreementVersion), "provider"),
    "settings:clause": Route(CONTRACTS, _clause, "provider"),
    "settings:condition_new": Route(CONTRACTS, _row(PackageClause), "provider"),
    "settings:condition_edit": Route(CONTRACTS, _row(ClauseCondition), "provider"),
    "settings:condition_remove": Route(CONTRACTS, _row(ClauseCondition), "provider"),
}
# Shows the provider's colours to everybody and nothing else; and the visits of one school or engineer to whoever has
# their signed address (tests/visits/test_feeds.py); and the chat of whoever has proved an address
# (tests/chat/test_widget.py).
WIDGET = "script status frame proof code here start news say sign end"
PUBLIC = {"provider_theme", "visit_feed", *(f"chat:{name}" for name in WIDGET.split())}
# Under no provider: the API, whose tokens say whose they are (test_api_walk.py); the way in, one's own account,
# and the answer to load balancers.
WITHOUT_PROVIDER = ("api/", "account/", "healthz", "favicon.ico", "robots.txt", "appearance/", "")


@dataclass(frozen=True)
class Address:
    """One entry of the URLconf."""

    name: str
    route: str
    view: Callable[..., Any]


def addresses() -> Iterator[Address]:
    """Every address of the installation."""
    yield from _below(get_resolver().url_patterns, "", "")


def _below(patterns: list[Any], prefix: str, namespace: str) -> Iterator[Address]:
    for one in patterns:
        if isinstance(one, URLPattern):
            yield Address(f"{namespace}{one.name}", prefix + str(one.pattern), one.callback)
        else:
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _below(one.url_patterns, prefix + str(one.pattern), inner)
