"""Call-backs over REST: the list of what is due, agreed on a ticket, moved, made (Rule I5). The desk's alone."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Resource, given_in
from api.models import TokenScope
from api.pagination import NewestFirst
from api.resources.conversation import NUMBER
from api.resources.shapes import CustomerRef, Line, PersonRef
from tickets.models import CallBack, CallOutcome
from tickets.selectors import call_backs_all, visible_tickets
from tickets.services.call_backs import PHONE_LENGTH, call_back_agree, call_back_done, call_back_move

BIGGEST_ID = 2**63 - 1
ID = OpenApiParameter("id", int, OpenApiParameter.PATH, description="The call-back's id.")


class CallBackShape(serializers.ModelSerializer[CallBack]):
    """A call that we promised. `outcome` is empty and `done_at` null until it was made."""

    ticket = serializers.IntegerField(source="ticket.number")
    customer = CustomerRef(source="ticket.customer")
    person = PersonRef()
    technician = PersonRef(allow_null=True)
    outcome = serializers.CharField(help_text="reached, message, nobody, not_needed; empty until it was made")

    class Meta:
        model = CallBack
        read_only_fields = fields = (
            "id",
            "ticket",
            "customer",
            "person",
            "technician",
            "phone",
            "agreed_at",
            "done_at",
            "outcome",
        )


class CallBackFilter(filters.FilterSet):  # type: ignore[misc]
    """Which call-backs."""

    is_done = filters.BooleanFilter("done_at", lookup_expr="isnull", exclude=True)
    technician = filters.NumberFilter("technician_id", min_value=1, max_value=BIGGEST_ID)

    class Meta:
        model = CallBack
        fields: list[str] = []


class NewCallBack(serializers.Serializer[Any]):
    """A time to call the requester of the ticket."""

    at = serializers.DateTimeField()
    phone = Line(max_length=PHONE_LENGTH)


class CallBackMove(serializers.Serializer[Any]):
    at = serializers.DateTimeField()


class CallBackOutcome(serializers.Serializer[Any]):
    """What became of it. `again_at`: when the next call was agreed."""

    outcome = serializers.ChoiceField(CallOutcome.choices)
    note = Line(max_length=300, default="", allow_blank=True)
    again_at = serializers.DateTimeField(required=False)


class NextByTime(NewestFirst):
    """In the order of time."""

    ordering = ("agreed_at", "id")


class CallBacks(mixins.ListModelMixin, Resource):
    """Call-backs, the earliest first."""

    reads, writes = TokenScope.TICKETS_READ, TokenScope.TICKETS_WRITE
    staff_only = frozenset({"list", "agree", "move", "done"})
    queryset = CallBack._base_manager.none()
    serializer_class = CallBackShape
    pagination_class = NextByTime
    filterset_class = CallBackFilter
    lookup_value_regex = r"[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[CallBack]:
        return call_backs_all()

    @extend_schema(
        operation_id="tickets_call_backs_create",
        parameters=[NUMBER],
        request=NewCallBack,
        responses={201: CallBackShape},
    )
    def agree(self, request: Request, number: str) -> Response:
        """Agree a call on a ticket. The token's person is reminded ten minutes before."""
        ticket = get_object_or_404(visible_tickets(request.person), number=number)  # type: ignore[attr-defined]
        given = given_in(request, NewCallBack)
        made = call_back_agree(ticket=ticket, person=ticket.requester, **given)
        return Response(self._shown(made.pk), status=201)

    @extend_schema(parameters=[ID], request=CallBackMove)
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> Response:
        """Another time was agreed."""
        found = self.get_object()
        call_back_move(call_back=found, **given_in(request, CallBackMove))
        return Response(self._shown(found.pk))

    @extend_schema(parameters=[ID], request=CallBackOutcome)
    @action(detail=True, methods=["post"])
    def done(self, request: Request, pk: str) -> Response:
        """The call was made, or is not needed. What the school was told is a message of its own."""
        found = self.get_object()
        call_back_done(call_back=found, **given_in(request, CallBackOutcome))
        return Response(self._shown(found.pk))

    def _shown(self, pk: int) -> Any:
        return self.get_serializer(self.get_queryset().get(pk=pk)).data
