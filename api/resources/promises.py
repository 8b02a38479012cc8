"""How promises were kept, by level: the live figures of a quarter (rules R1, S6). The desk's alone."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Customer
from accounts.permissions import Permission
from api.base import Resource
from api.models import TokenScope
from api.resources.shapes import CustomerField
from reports.counting import quarter_figures
from sla.quarters import WRITTEN, InvalidQuarter, Quarter


class Tallied(serializers.Serializer[Any]):
    """Promises that were kept and missed; `pending` ones fall due later in the quarter.

    Percentages are exact to a tenth, rounded down for what was kept and up for the target; null of nothing.
    """

    kept = serializers.IntegerField()
    missed = serializers.IntegerField()
    pending = serializers.IntegerField()
    kept_percent = serializers.SerializerMethodField()
    target_percent = serializers.SerializerMethodField()
    on_target = serializers.BooleanField(allow_null=True)

    def get_kept_percent(self, tally: Any) -> float | None:
        """Of those that count."""
        return None if tally.tenths is None else tally.tenths / 10

    def get_target_percent(self, tally: Any) -> float | None:
        """A mean where targets differ."""
        return None if tally.target_tenths is None else tally.target_tenths / 10


class LevelTallied(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    tally = Tallied()


class PromiseKind(serializers.Serializer[Any]):
    """Replies (`response`) or fixes (`fix`)."""

    kind = serializers.CharField()
    total = Tallied()
    levels = LevelTallied(many=True)


class PromiseFigures(serializers.Serializer[Any]):
    """As they stand at `as_of`; what is exempt counts in none of them."""

    quarter = serializers.CharField()
    as_of = serializers.DateTimeField()
    is_running = serializers.BooleanField()
    on_target = serializers.BooleanField(allow_null=True)
    promises = PromiseKind(many=True)


class WhichFigures(serializers.Serializer[Any]):
    """Whose, and of which quarter: this one where it is left out."""

    customer = CustomerField()
    quarter = serializers.RegexField(WRITTEN, required=False, help_text="Such as 2026Q4.")

    def validate_quarter(self, written: str) -> Quarter:
        """Within the years that can be reported."""
        try:
            return Quarter.parse(written)
        except InvalidQuarter as wrong:
            raise serializers.ValidationError(str(wrong)) from wrong


class Promises(Resource):
    """Figures of promises."""

    reads = TokenScope.REPORTS_READ
    staff_only = frozenset({"retrieve"})
    queryset = Customer._base_manager.none()
    pagination_class = None
    filter_backends: Any = ()
    group = "promises"

    @extend_schema(
        operation_id="promises_retrieve", parameters=[WhichFigures], responses={200: PromiseFigures}
    )
    def retrieve(self, request: Request) -> Response:
        """How a customer's promises were kept in a quarter, in total and by level, as the desk's report counts them."""
        self.staff_needs(Permission.SEE_REPORTS)
        asked = WhichFigures(data=request.query_params)
        asked.is_valid(raise_exception=True)
        zone, now = request.provider.time_zone, timezone.now()  # type: ignore[attr-defined]
        quarter = asked.validated_data.get("quarter") or Quarter.at(now, zone)
        figures = quarter_figures(
            customer=asked.validated_data["customer"], quarter=quarter, zone=zone, now=now
        )
        return Response(PromiseFigures(figures).data)
