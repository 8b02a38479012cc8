"""Shapes that several resources share, and fields that name a row by its key."""

from typing import Any

from django.db.models import Model, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Customer, Person
from sla.models import ServiceLevel
from tickets.models import Category


class PersonRef(serializers.ModelSerializer[Person]):
    """Somebody, by id and name."""

    class Meta:
        model = Person
        fields = ("id", "name")


class CustomerRef(serializers.ModelSerializer[Customer]):
    """A school, by short name and name."""

    class Meta:
        model = Customer
        fields = ("slug", "name")


class Line(serializers.CharField):
    """Words on one line; no control characters, which PostgreSQL and mail headers refuse."""

    def to_internal_value(self, data: Any) -> str:
        return " ".join(super().to_internal_value(data).split())


class KeyField(serializers.Field[Any, str, str, Any]):
    """A row that the token may see, named by one of its keys. `rows` is asked again for each request."""

    default_error_messages = {"unknown": "There is no such {what}."}
    model: type[Model]
    key = "slug"
    what = "row"

    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.all()

    def to_internal_value(self, data: Any) -> Any:
        found = self.rows().filter(**{self.key: data}).first() if self.is_key(data) else None
        if found is None:
            self.fail("unknown", what=self.what)
        return found

    def is_key(self, data: Any) -> bool:
        return isinstance(data, str) and 0 < len(data) <= 100 and data.isprintable()

    def to_representation(self, value: Any) -> str:
        return str(getattr(value, self.key))


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": 100})
class CustomerField(KeyField):
    """A school by its short name."""

    model, what = Customer, "customer"

    def rows(self) -> QuerySet[Any]:
        return Customer.objects.filter(is_active=True)


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": 100})
class LevelField(KeyField):
    """A service level by its key."""

    model, key, what = ServiceLevel, "key", "level"


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": 100})
class CategoryField(KeyField):
    """A category by its key."""

    model, key, what = Category, "key", "category"

    def rows(self) -> QuerySet[Any]:
        return Category.objects.filter(is_active=True)


BIGGEST_ID = 2**63 - 1


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": BIGGEST_ID})
class PersonField(KeyField):
    """An active person by id."""

    model, key, what = Person, "pk", "person"

    def rows(self) -> QuerySet[Any]:
        return Person.objects.filter(is_active=True)

    def is_key(self, data: Any) -> bool:
        return isinstance(data, int) and not isinstance(data, bool) and 0 < data <= BIGGEST_ID


class StaffField(PersonField):
    """Somebody of the provider's staff by id."""

    def rows(self) -> QuerySet[Any]:
        return super().rows().filter(is_staff=True)
