"""Contracts over REST: what is agreed and left, whether something is covered, and by when it would be done."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Customer
from api.base import Resource
from api.models import TokenScope
from api.resources.shapes import CustomerField, CustomerRef, LevelField
from contracts.coverage import contract_coverage
from contracts.coverage.facts import FACTS, value_read
from contracts.models import Answer, ClauseTopic, Contract, Variation
from contracts.promises import PromiseBook, parse_moment
from contracts.selectors import contract_on, held_on
from contracts.variations import in_force, variations_of
from sla.times import local_day
from visits.allowances import allowances_of


class PackageShape(serializers.Serializer[Any]):
    """What was bought, and from which edition of the agreement."""

    name = serializers.CharField()
    edition = serializers.CharField(source="version.label")


class ContractShape(serializers.ModelSerializer[Contract]):
    """A contract."""

    customer = CustomerRef()
    package = PackageShape()

    class Meta:
        model = Contract
        fields: tuple[str, ...] = (
            "id",
            "reference",
            "customer",
            "package",
            "starts_on",
            "ends_on",
            "pause_policy",
        )


class VariationShape(serializers.ModelSerializer[Variation]):
    """What was agreed to differ. `value` holds what this kind of variation fills."""

    value = serializers.SerializerMethodField("value_of")

    class Meta:
        model = Variation
        fields = ("id", "varied", "value", "holds_from", "holds_until", "extent")

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def value_of(self, one: Variation) -> dict[str, Any]:
        plain = (str, int, bool, type(None))
        return {
            name: found if isinstance(found, plain) else str(found) for name, found in one.value().items()
        }


class AllowanceShape(serializers.Serializer[Any]):
    """One kind of use in its period of today. `limit` and `left` are null where nothing limits it."""

    kind = serializers.CharField()
    first_day = serializers.DateField(source="span.first")
    last_day = serializers.DateField(source="span.last")
    deliver_by = serializers.DateField()
    used = serializers.IntegerField()
    booked = serializers.IntegerField()
    limit = serializers.IntegerField(allow_null=True)
    left = serializers.IntegerField(allow_null=True)


class WholeContract(ContractShape):
    """A contract with the variations in force today and what is left of its allowances."""

    variations = serializers.SerializerMethodField()
    allowances = serializers.SerializerMethodField()

    class Meta(ContractShape.Meta):
        fields = (*ContractShape.Meta.fields, "variations", "allowances")

    @extend_schema_field(VariationShape(many=True))
    def get_variations(self, contract: Contract) -> Any:
        today = self.context["today"]
        rows = in_force(variations_of(contract), started_on=today, seen_on=today)
        return VariationShape(rows, many=True).data

    @extend_schema_field(AllowanceShape(many=True))
    def get_allowances(self, contract: Contract) -> Any:
        return AllowanceShape(allowances_of(contract, self.context["today"]), many=True).data


class ContractFilter(filters.FilterSet):  # type: ignore[misc]
    """Whose contracts."""

    customer = filters.CharFilter("customer__slug")

    class Meta:
        model = Contract
        fields: list[str] = []


ID = OpenApiParameter("id", int, OpenApiParameter.PATH, description="The id.")


class Contracts(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """Contracts that hold today."""

    reads = TokenScope.CONTRACTS_READ
    queryset = Contract._base_manager.none()
    filterset_class = ContractFilter
    lookup_value_regex = r"[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Contract]:
        rows = Contract.objects.filter(held_on(today_of(self.request)))
        return rows.select_related("customer", "package__version")

    def get_serializer_class(self) -> type[ContractShape]:
        return WholeContract if self.action == "retrieve" else ContractShape

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        return {**context, "today": today_of(self.request)} if self.request else {**context}

    @extend_schema(parameters=[ID])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A contract with its variations in force and its allowances."""
        return super().retrieve(request, *args, **kwargs)


class CoverageQuestion(serializers.Serializer[Any]):
    """Is it covered? `facts` are what is known, by key; those left out come back as `open_questions`."""

    customer = CustomerField(required=False)
    topic = serializers.ChoiceField(ClauseTopic.choices)
    facts = serializers.DictField(
        child=serializers.JSONField(), required=False, help_text="By key of the vocabulary."
    )
    on = serializers.DateField(required=False, help_text="A local day; today where it is left out.")

    def validate_facts(self, given: dict[str, Any]) -> dict[str, Any]:
        """Every fact is one of the vocabulary with one of its values."""
        unknown = sorted(set(given) - set(FACTS))
        if unknown:
            raise serializers.ValidationError(_("There is no fact '%(name)s'.") % {"name": unknown[0][:60]})
        try:
            return {key: value_read(FACTS[key], value) for key, value in given.items()}
        except ValidationError as wrong:
            raise serializers.ValidationError(wrong.messages) from wrong


class OpenQuestion(serializers.Serializer[Any]):
    """What could still change the answer."""

    fact = serializers.CharField(source="key")
    question = serializers.CharField()


class CoverageShape(serializers.Serializer[Any]):
    """The one answer, in words that can be sent. It is final where no question is open."""

    answer = serializers.ChoiceField(Answer.choices)
    decided_by = serializers.ChoiceField(ClauseTopic.choices)
    clause = serializers.CharField(source="clause_words")
    wording = serializers.CharField()
    is_varied = serializers.BooleanField()
    is_final = serializers.BooleanField()
    because = serializers.ListField(child=serializers.CharField())
    open_questions = OpenQuestion(many=True)


class DeadlineQuestion(serializers.Serializer[Any]):
    """By when would it be done? Without a customer: in the desk's own hours, by the newest edition."""

    customer = CustomerField(required=False)
    level = LevelField()
    at = serializers.CharField(
        max_length=40, help_text="ISO 8601; without an offset, the provider's local time."
    )


class ClosureTouched(serializers.Serializer[Any]):
    """A closure that kept the clock from running, in local times."""

    name = serializers.CharField()
    starts = serializers.CharField(source="starts.isoformat")
    ends = serializers.CharField(source="ends.isoformat")


class DeadlineShape(serializers.Serializer[Any]):
    """The promise. A time is null where too few visits are booked to run in."""

    level = serializers.CharField(source="level.key")
    at = serializers.DateTimeField()
    response_due = serializers.DateTimeField(allow_null=True)
    fix_due = serializers.DateTimeField(allow_null=True)
    closures = ClosureTouched(many=True)


class Answers(Resource):
    """Questions that change nothing, asked by POST since they have a body."""

    reads = writes = TokenScope.CONTRACTS_READ
    queryset = Contract._base_manager.none()
    pagination_class = None
    filter_backends: Any = ()
    group = "answers"

    @extend_schema(operation_id="coverage_ask", request=CoverageQuestion, responses={200: CoverageShape})
    def coverage(self, request: Request) -> Response:
        """Whether a customer's contract covers something, by what is known of it."""
        given = self._given(CoverageQuestion)
        customer = self._customer(given)
        if customer is None:
            raise ValidationError({"customer": _("This is needed.")})
        day: date = given.get("on") or today_of(request)
        contract = contract_on(customer_id=customer.pk, day=day)
        if contract is None:
            raise ValidationError({"on": _("The customer has no contract on this day.")})
        found = contract_coverage(
            contract=contract, topic=ClauseTopic(given["topic"]), facts=given.get("facts", {}), day=day
        )
        return Response(CoverageShape(found).data)

    @extend_schema(operation_id="deadline_ask", request=DeadlineQuestion, responses={200: DeadlineShape})
    def deadline(self, request: Request) -> Response:
        """When a request of a level, logged at some time, would be answered and fixed by."""
        given = self._given(DeadlineQuestion)
        customer = self._customer(given)
        provider: Any = request.provider  # type: ignore[attr-defined]
        promise = PromiseBook.of(provider.slug).promise(
            level=given["level"].key,
            at=parse_moment(given["at"]),
            customer=customer.slug if customer else "",
        )
        return Response(DeadlineShape(promise).data)

    def _given(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        read = shape(data=self.request.data)
        read.is_valid(raise_exception=True)
        given: dict[str, Any] = read.validated_data
        return given

    def _customer(self, given: dict[str, Any]) -> Customer | None:
        """The customer that was named; a token of a school stands for its own."""
        found: Customer | None = given.get("customer")
        return found if found or self.is_staff else Customer.objects.get()


def today_of(request: Any) -> date:
    """Today for the token's provider."""
    return local_day(timezone.now(), request.provider.time_zone)
