"""One row of every tenant table for a school, made from the models: a new model is filled without a line here."""

import hashlib
import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Customer
from accounts.tenancy.wall import is_provider, is_tenant_owned

Row = models.Model
_numbers = itertools.count(5000)
MORNING = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
# References to another row than the one that the model's other reference to the same table has.
TO_ANOTHER = {"into", "other"}
# Filled by triggers alone.
NOT_BY_HAND = {"sla.CalendarRevision"}


def tenant_models() -> list[type[Row]]:
    """Every model behind the wall, the provider itself excepted."""
    return [model for model in apps.get_models() if is_tenant_owned(model) and not is_provider(model)]


def fill_missing(customer: Customer, word: str) -> None:
    """Make a row of each tenant model that has none for this school yet. Needs an open scope of its provider's staff.

    Where a customer is optional, a row without one is made as well.
    """
    for model in tenant_models():
        if model._meta.label not in NOT_BY_HAND:
            row_for(model, customer, word)
            if _customer_is_optional(model) and not _rows(model).filter(customer_id=None).exists():
                make_row(model, None, word)


def row_for(model: type[Row], customer: Customer | None, word: str) -> Row:
    """A row of the model that belongs to the school, or to its provider where no school can own one."""
    found = _rows(model)
    if model is Customer and customer is not None:
        return customer
    if _has_customer(model) and customer is not None:
        found = found.filter(customer_id=customer.pk)
    return found.order_by("pk").first() or make_row(model, customer, word)


def _rows(model: type[Row]) -> models.QuerySet[Row]:
    manager: models.Manager[Row] = model._default_manager
    return manager.all()


def _has_customer(model: type[Row]) -> bool:
    return any(one.name == "customer" for one in model._meta.concrete_fields)


def _customer_is_optional(model: type[Row]) -> bool:
    return _has_customer(model) and bool(model._meta.get_field("customer").null)


def make_row(model: type[Row], customer: Customer | None, word: str) -> Row:
    """Another row of the model. Raises IntegrityError where there can be no other."""
    values: dict[str, Any] = {}
    for one in model._meta.concrete_fields:
        if one.name == "customer":
            values["customer"] = customer
        elif one.name != "provider" and _needs_value(one):
            values[one.name] = _value(one, customer, word)
    return _rows(model).create(**values)


def _needs_value(one: Any) -> bool:
    if one.primary_key or one.generated or one.has_default() or one.null:
        return False
    return not (getattr(one, "auto_now_add", False) or getattr(one, "auto_now", False))


def _value(one: Any, customer: Customer | None, word: str) -> Any:  # noqa: C901 - one line for each kind of field
    number = next(_numbers)
    if isinstance(one, models.ForeignKey):
        if isinstance(one, models.OneToOneField) or one.name in TO_ANOTHER:
            return make_row(one.related_model, customer, word)
        return row_for(one.related_model, customer, word)
    if one.choices:
        return one.choices[-1][0]
    if isinstance(one, models.EmailField):
        return f"{word}{number}@{word}.example"
    if one.name == "sha256":
        return hashlib.sha256(f"{word}{number}".encode()).hexdigest()
    if isinstance(one, models.CharField | models.TextField):
        return f"{word}-{number}"[: one.max_length or None]
    if isinstance(one, models.FileField):
        return f"{word}-{number}.txt"
    if isinstance(one, models.BinaryField):
        return word.encode()
    if isinstance(one, models.DateTimeField):
        return MORNING + timedelta(days=number)
    if isinstance(one, models.DateField):
        return date(2024, 1, 1) + timedelta(days=number)
    if isinstance(one, models.TimeField):
        return time(11) if one.name in {"ends", "closes"} else time(10)
    if isinstance(one, models.BooleanField):
        return False
    if isinstance(one, models.IntegerField | models.DecimalField):
        return number % 1000 + 1 if one.name == "minutes" else number
    if isinstance(one, ArrayField):
        return []
    if isinstance(one, models.JSONField):
        return {"word": word}
    raise NotImplementedError(f"Say in tests/tenancy/filling.py what {one} may hold.")
