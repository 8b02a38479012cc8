"""Quotes over REST: asked for on a ticket, read, decided by the school (rules P1, T3)."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Permission
from api.base import Resource, given_in
from api.models import TokenScope
from api.pagination import NewestFirst
from api.resources.conversation import NUMBER
from api.resources.shapes import CustomerRef, Line
from quotes.models import Quote, QuoteLine, QuoteState
from quotes.references import quote_reference
from quotes.selectors import quotes_of_reader
from quotes.services import quote_accept, quote_decline
from tickets.selectors import visible_tickets
from tickets.services.quotes import ticket_quote_ask

ID = OpenApiParameter("id", int, OpenApiParameter.PATH, description="The quote's id.")


class Pounds(serializers.DecimalField):
    """A sum with its pence."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, **options)


class QuoteLineShape(serializers.ModelSerializer[QuoteLine]):
    """One priced line, in pounds without VAT; a discount is negative."""

    amount = Pounds()

    class Meta:
        model = QuoteLine
        fields = ("description", "quantity", "unit_price", "amount")


class QuoteShape(serializers.ModelSerializer[Quote]):
    """A quote. Sums are pounds sterling. `wanted`, what the desk asked for, is null for a token of a school."""

    reference = serializers.SerializerMethodField()
    customer = CustomerRef()
    wanted = serializers.CharField(allow_null=True)
    lines = QuoteLineShape(source="priced", many=True)
    net = Pounds(source="totals.net")
    vat = Pounds(source="totals.vat")
    gross = Pounds(source="totals.gross")

    class Meta:
        model = Quote
        read_only_fields = fields = (
            "id",
            "reference",
            "customer",
            "subject",
            "wanted",
            "words",
            "state",
            "valid_until",
            "lines",
            "net",
            "vat_percent",
            "vat",
            "gross",
            "asked_at",
            "sent_at",
            "decided_at",
            "purchase_order",
        )

    def get_reference(self, quote: Quote) -> str:
        """As people name it."""
        return quote_reference(self.context["request"].provider, quote)

    def to_representation(self, instance: Quote) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return shown if self.context["view"].is_staff else {**shown, "wanted": None}


class QuoteFilter(filters.FilterSet):  # type: ignore[misc]
    """Which quotes."""

    customer = filters.CharFilter("customer__slug")
    state = filters.MultipleChoiceFilter(choices=QuoteState.choices)

    class Meta:
        model = Quote
        fields: list[str] = []


class QuoteQuestion(serializers.Serializer[Any]):
    """What the customer success manager is to price."""

    wanted = serializers.CharField(max_length=4000)


class QuoteAcceptance(serializers.Serializer[Any]):
    purchase_order = Line(max_length=60, default="", allow_blank=True)


class QuoteRefusal(serializers.Serializer[Any]):
    reason = Line(max_length=300, default="", allow_blank=True)


class Quotes(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """Quotes, the newest first. A token of a school sees what was sent to it."""

    reads, writes = TokenScope.QUOTES_READ, TokenScope.QUOTES_WRITE
    staff_only = frozenset({"ask"})
    queryset = Quote._base_manager.none()
    serializer_class = QuoteShape
    pagination_class = NewestFirst
    filterset_class = QuoteFilter
    lookup_value_regex = r"[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Quote]:
        if not self.is_staff:
            return quotes_of_reader(self.request.person)  # type: ignore[attr-defined]
        self.staff_needs(Permission.SEE_CONTRACTS)
        return Quote.objects.select_related("customer").prefetch_related("lines")

    @extend_schema(parameters=[ID])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A quote with its lines."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        operation_id="tickets_quotes_create",
        parameters=[NUMBER],
        request=QuoteQuestion,
        responses={201: QuoteShape},
    )
    def ask(self, request: Request, number: str) -> Response:
        """Ask for a quote on a ticket; the school's success manager is told."""
        person: Any = request.person  # type: ignore[attr-defined]
        ticket = get_object_or_404(visible_tickets(person), number=number)
        self.staff_needs(Permission.WORK_TICKETS)
        quote = ticket_quote_ask(ticket=ticket, wanted=given_in(request, QuoteQuestion)["wanted"], by=person)
        return Response(self.get_serializer(quote).data, status=201)

    @extend_schema(parameters=[ID], request=QuoteAcceptance)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Order what it says. A token that acts for the school's relationship owner may."""
        return self._decide(QuoteAcceptance, quote_accept)

    @extend_schema(parameters=[ID], request=QuoteRefusal)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """The school does not want it. A token that acts for its relationship owner may say so."""
        return self._decide(QuoteRefusal, quote_decline)

    def _decide(self, shape: type[serializers.Serializer[Any]], decide: Any) -> Response:
        found = self.get_object()
        given = given_in(self.request, shape)
        decide(quote=found, by=self.request.person, **given)  # type: ignore[attr-defined]
        return Response(self.get_serializer(self.get_object()).data)
