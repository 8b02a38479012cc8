"""Abstract bases of every tenant-owned row."""

from typing import ClassVar, Self

from django.db import models

from accounts.tenancy.managers import CustomerManager, ProviderManager
from accounts.tenancy.scope import current_provider_id


class ProviderOwned(models.Model):
    """A row that belongs to one provider. Its migration raises the wall: `RaiseWall("Model", …)`."""

    provider = models.ForeignKey(
        "accounts.Provider",
        on_delete=models.CASCADE,
        related_name="+",
        default=current_provider_id,
        editable=False,
    )

    objects: ClassVar[ProviderManager[Self]] = ProviderManager()

    class Meta:
        abstract = True


class CustomerOwned(ProviderOwned):
    """A row that belongs to exactly one customer of a provider."""

    customer = models.ForeignKey("accounts.Customer", on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[ProviderManager[Self]] = CustomerManager()

    class Meta:
        abstract = True


class MaybeCustomerOwned(ProviderOwned):
    """A row that a customer may own. Without a customer it is the provider's staff's alone."""

    customer = models.ForeignKey(
        "accounts.Customer", on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )

    objects: ClassVar[ProviderManager[Self]] = CustomerManager()

    class Meta:
        abstract = True
