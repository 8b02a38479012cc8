"""What is only read: customers, people, visits, closures."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Customer, CustomerMembership, Person
from accounts.nominating import nominated_only
from api.base import Resource
from api.models import TokenScope
from api.pagination import ByName, ByStart, NewestFirst
from api.resources.shapes import CustomerRef, PersonRef
from sla.models import Closure
from visits.models import Visit, VisitState
from visits.selectors import visits_with_names

BIGGEST_ID = 2**63 - 1


class CustomerShape(serializers.ModelSerializer[Customer]):
    """A school. `takes_only_nominated`: only people whom it has nominated may ask by mail and telephone."""

    takes_only_nominated = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields = ("slug", "name", "nation", "trust", "takes_only_nominated", "is_active")

    def get_takes_only_nominated(self, customer: Customer) -> bool:
        """As agreed with the school, else as the provider has it."""
        return nominated_only(customer, provider=self.context["request"].provider)


class Customers(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """Schools; a token of a school sees its own."""

    reads = TokenScope.PEOPLE_READ
    queryset = Customer._base_manager.none()
    serializer_class = CustomerShape
    pagination_class = ByName
    filter_backends: Any = ()
    lookup_field, lookup_value_regex = "slug", r"[-a-zA-Z0-9_]{1,50}"

    def get_queryset(self) -> QuerySet[Customer]:
        token: Any = self.request.auth
        rows = Customer.objects.all()
        return rows if self.is_staff else rows.filter(pk=token.customer_id)


class RoleShape(serializers.ModelSerializer[CustomerMembership]):
    """What somebody is at which school."""

    customer = CustomerRef()

    class Meta:
        model = CustomerMembership
        fields = ("customer", "role", "is_nominated")


class PersonShape(serializers.ModelSerializer[Person]):
    """Somebody. `memberships` are their roles at schools, none for the provider's staff."""

    memberships = RoleShape(source="customer_memberships", many=True)

    class Meta:
        model = Person
        fields = ("id", "name", "email", "is_staff", "is_active", "memberships")


class PersonFilter(filters.FilterSet):  # type: ignore[misc]
    """Which people."""

    customer = filters.CharFilter("customer_memberships__customer__slug", distinct=True)
    email = filters.CharFilter("email", lookup_expr="iexact")
    is_staff = filters.BooleanFilter()

    class Meta:
        model = Person
        fields: list[str] = []


class People(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """People; a token of a school sees those of its own school."""

    reads = TokenScope.PEOPLE_READ
    queryset = Person._base_manager.none()
    serializer_class = PersonShape
    pagination_class = ByName
    filterset_class = PersonFilter
    lookup_value_regex = r"[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Person]:
        memberships = CustomerMembership.objects.select_related("customer").order_by("customer__name", "id")
        rows = Person.objects.prefetch_related(Prefetch("customer_memberships", queryset=memberships))
        if self.is_staff:
            return rows
        own = CustomerMembership.objects.values("person_id")
        return rows.filter(pk__in=own)

    @extend_schema(
        parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH, description="The person's id.")]
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Somebody."""
        return super().retrieve(request, *args, **kwargs)


class VisitShape(serializers.ModelSerializer[Visit]):
    """A visit. `day` is the local day of its start."""

    customer = CustomerRef()
    engineer = PersonRef()

    class Meta:
        model = Visit
        fields = (
            "id",
            "customer",
            "kind",
            "state",
            "engineer",
            "day",
            "starts_at",
            "ends_at",
            "arrived_at",
            "departed_at",
        )


class VisitFilter(filters.FilterSet):  # type: ignore[misc]
    """Which visits."""

    customer = filters.CharFilter("customer__slug")
    engineer = filters.NumberFilter("engineer_id", min_value=1, max_value=BIGGEST_ID)
    state = filters.MultipleChoiceFilter(choices=VisitState.choices)
    first_day = filters.DateFilter("day", lookup_expr="gte")
    last_day = filters.DateFilter("day", lookup_expr="lte")

    class Meta:
        model = Visit
        fields: list[str] = []


class Visits(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource):
    """Visits by their start."""

    reads = TokenScope.VISITS_READ
    queryset = Visit._base_manager.none()
    serializer_class = VisitShape
    pagination_class = ByStart
    filterset_class = VisitFilter
    lookup_value_regex = r"[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Visit]:
        return visits_with_names()

    @extend_schema(
        parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH, description="The visit's id.")]
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A visit."""
        return super().retrieve(request, *args, **kwargs)


class ClosureShape(serializers.ModelSerializer[Closure]):
    """Local days on which the provider is closed, or open for once; for one customer alone where it is named."""

    customer = CustomerRef(allow_null=True)

    class Meta:
        model = Closure
        fields = ("id", "kind", "name", "customer", "first_day", "last_day", "from_time", "to_time")


class Closures(mixins.ListModelMixin, Resource):
    """Closures, the newest entries first."""

    reads = TokenScope.VISITS_READ
    queryset = Closure._base_manager.none()
    serializer_class = ClosureShape
    pagination_class = NewestFirst
    filter_backends: Any = ()

    def get_queryset(self) -> QuerySet[Closure]:
        return Closure.objects.select_related("customer")
