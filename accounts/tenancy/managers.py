"""Managers that know the current scope, so that queries are fast a forgotten scope an error, not an empty page."""

from typing import TypeVar

from django.db import models

from accounts.tenancy.scope import current_scope

M = TypeVar("M", bound=models.Model)


class ProviderManager(models.Manager[M]):
    """Rows of the open scope's provider. Raises NoScope outside any scope."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(provider_id=current_scope().provider_id)


class SharedManager(ProviderManager[M]):
    """Rows of no customer, which the provider shares with all, and those of the scope's own customers."""

    def get_queryset(self) -> models.QuerySet[M]:
        rows = super().get_queryset()
        customers = current_scope().customers
        if customers is None:
            return rows
        return rows.filter(models.Q(customer_id__isnull=True) | models.Q(customer_id__in=customers))


class CustomerManager(ProviderManager[M]):
    """Rows of the open scope's provider and, for people of schools, of their own customers."""

    def get_queryset(self) -> models.QuerySet[M]:
        rows = super().get_queryset()
        customers = current_scope().customers
        return rows if customers is None else rows.filter(customer_id__in=customers)
