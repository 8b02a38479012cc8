"""Tickets over REST: list, open, read and change, always through the services that the pages use."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Customer, CustomerMembership, Person
from accounts.permissions import Permission, permissions_of
from api.base import Resource
from api.models import TokenScope
from api.problems import Unprocessable
from api.resources import ticket_shapes as shapes
from tickets.errors import WrongState
from tickets.models import NOT_COUNTED, Channel, ReadingWay, Ticket, TicketState
from tickets.selectors import visible_tickets
from tickets.services.base import ticket_lock
from tickets.services.conversation import replies_check
from tickets.services.opening import ticket_open
from tickets.services.readings import reading_record
from tickets.services.work import (
    missed_clocks,
    ticket_assign,
    ticket_change_level,
    ticket_close,
    ticket_fix,
    ticket_reopen,
    ticket_resume,
    ticket_wait,
)

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description='The `ETag` that was read, e.g. `"7"`.'
)
NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="The ticket's number.")

READ_WITH = (
    "customer",
    "requester",
    "assignee",
    "team",
    "level",
    "category",
    "response_clock",
    "fix_clock",
    "asked",
    "approval__decided_by",
)
Shape = type[serializers.Serializer[Any]]
Change = Callable[[Ticket, dict[str, Any]], object]


class TicketFilter(filters.FilterSet):  # type: ignore[misc]
    """Which tickets."""

    state = filters.MultipleChoiceFilter(choices=TicketState.choices)
    customer = filters.CharFilter("customer__slug")
    level = filters.CharFilter("level__key")
    assignee = filters.NumberFilter("assignee_id", min_value=1, max_value=2**63 - 1)
    channel = filters.ChoiceFilter(choices=Channel.choices)
    updated_since = filters.IsoDateTimeFilter("updated_at", lookup_expr="gte")

    class Meta:
        model = Ticket
        fields: list[str] = []


class Tickets(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """Tickets."""

    reads, writes = TokenScope.TICKETS_READ, TokenScope.TICKETS_WRITE
    staff_only = frozenset({"level", "assign", "wait", "resume", "fix", "close"})
    queryset = Ticket._base_manager.none()  # for the schema: which model the rows are
    serializer_class = shapes.TicketShape
    filterset_class = TicketFilter
    lookup_field, lookup_value_regex = "number", r"[0-9]{1,9}"

    def get_queryset(self) -> QuerySet[Ticket]:
        rows = visible_tickets(self.request.person)  # type: ignore[attr-defined]
        return rows.select_related(*READ_WITH).prefetch_related("asked__answers")

    @extend_schema(parameters=[NUMBER])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A ticket with its clocks. The `ETag` is its version."""
        return self._answer(self.get_object())

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Whatever is answered of a confidential ticket was read (Rule T7)."""
        answered = args[0] if args else ()
        for ticket in answered if isinstance(answered, list) else [answered]:
            if isinstance(ticket, Ticket):
                reading_record(ticket=ticket, person_id=self._person.pk, way=ReadingWay.API)
        return super().get_serializer(*args, **kwargs)

    @extend_schema(request=shapes.NewTicket, responses={201: shapes.TicketShape})
    def create(self, request: Request) -> Response:
        """Open a ticket: clocks start, and the school's person gets the acknowledgement."""
        given = self._given(shapes.NewTicket)
        customer, requester = self._who(given)
        ticket = ticket_open(
            customer=customer,
            requester=requester,
            subject=given["subject"],
            text=given["text"],
            channel=given["channel"] if self.is_staff else Channel.PORTAL,
            level=given.get("level"),
            category=given.get("category"),
            is_confidential=given["is_confidential"],
        )
        return self._answer(ticket, status=201)

    @extend_schema(parameters=[NUMBER, IF_MATCH], request=shapes.LevelChange)
    @action(detail=True, methods=["post"])
    def level(self, request: Request, number: str) -> Response:
        """Change the level. Running clocks get its allowances from their old start."""
        return self._do(shapes.LevelChange, lambda one, given: ticket_change_level(ticket=one, **given))

    @extend_schema(parameters=[NUMBER, IF_MATCH], request=shapes.Assignment)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, number: str) -> Response:
        """Give the ticket an owner, or null: back to the team."""
        return self._do(shapes.Assignment, lambda one, given: ticket_assign(ticket=one, **given))

    @extend_schema(parameters=[NUMBER, IF_MATCH], request=shapes.Waiting)
    @action(detail=True, methods=["post"])
    def wait(self, request: Request, number: str) -> Response:
        """Wait for the school or a third party. The fix clock stops only where the contract grants it."""
        return self._do(shapes.Waiting, lambda one, given: ticket_wait(ticket=one, **given))

    @extend_schema(parameters=[NUMBER, IF_MATCH], request=None)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, number: str) -> Response:
        """The waiting is over."""
        return self._do(None, lambda one, given: ticket_resume(ticket=one))

    @extend_schema(parameters=[NUMBER, IF_MATCH], request=shapes.Fixing)
    @action(detail=True, methods=["post"])
    def fix(self, request: Request, number: str) -> Response:
        """Tell the school that it is fixed. Ends the fix clock, and the response clock with a first answer."""
        return self._do(shapes.Fixing, self._fix)

    @extend_schema(parameters=[NUMBER, IF_MATCH], request=shapes.Reopening)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, number: str) -> Response:
        """Set a fixed or closed ticket going again with a new fix clock; the old outcome stays."""
        return self._do(shapes.Reopening, self._reopen)

    @extend_schema(parameters=[NUMBER, IF_MATCH], request=shapes.Closing)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, number: str) -> Response:
        """Close for good. Each missed clock needs its reason first."""
        return self._do(shapes.Closing, self._close)

    @property
    def _person(self) -> Person:
        person: Person = self.request.person  # type: ignore[attr-defined]
        return person

    def _given(self, shape: Shape) -> dict[str, Any]:
        read = shape(data=self.request.data)
        read.is_valid(raise_exception=True)
        given: dict[str, Any] = read.validated_data
        return given

    def _who(self, given: dict[str, Any]) -> tuple[Customer, Person]:
        """The school and its person; a school's own token stands for both where they are left out."""
        customer, requester = given.get("customer"), given.get("requester")
        if not self.is_staff:
            customer = customer or Customer.objects.get()
            requester = requester or self._person
        missing = {"customer": customer, "requester": requester}
        if not all(missing.values()):
            raise ValidationError({name: _("This is needed.") for name, one in missing.items() if not one})
        assert customer is not None
        assert requester is not None
        if not CustomerMembership.objects.filter(customer=customer, person=requester).exists():
            raise ValidationError({"requester": _("This person does not belong to the customer.")})
        return customer, requester

    def _do(self, shape: Shape | None, change: Change) -> Response:
        """Do it to the ticket of the address, as long as it is still at the version that was read.

        The ticket comes first: of one that is not there nobody learns what else would be wrong.
        """
        found = self.get_object()
        given = self._given(shape) if shape else {}
        change(ticket_lock(found, expected_version=self._expected_version()), given)
        return self._answer(self.get_object())

    def _expected_version(self) -> int | None:
        header = self.request.headers.get("If-Match", "").strip()
        if header in {"", "*"}:
            return None
        version = header.strip('"')
        if not version.isascii() or not version.isdecimal() or len(version) > 9:
            raise Unprocessable(_('If-Match takes the ETag of a ticket, like "7".'))
        return int(version)

    def _answer(self, ticket: Ticket, status: int = 200) -> Response:
        shape = self.get_serializer(ticket)
        return Response(shape.data, status=status, headers={"ETag": f'"{ticket.version}"'})

    def _fix(self, ticket: Ticket, given: dict[str, Any]) -> None:
        channel = Channel.PHONE if given["by_phone"] else Channel.EMAIL
        ticket_fix(ticket=ticket, author=self._person, text=given["text"], channel=channel)

    def _reopen(self, ticket: Ticket, given: dict[str, Any]) -> None:
        if not self.is_staff:
            replies_check(ticket, timezone.now())
        ticket_reopen(ticket=ticket, reason=given["reason"])

    def _close(self, ticket: Ticket, given: dict[str, Any]) -> None:
        roles = frozenset(self._person.staff_memberships.values_list("role", flat=True))
        may_exempt = Permission.EXEMPT_CLOCKS in permissions_of(roles)
        if given["closed_as"] in NOT_COUNTED and missed_clocks(ticket) and not may_exempt:
            raise WrongState(
                _("A deadline was missed here. Only a lead or a manager may close it as not counted.")
            )
        ticket_close(ticket=ticket, **given)
