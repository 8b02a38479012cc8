"""Tokens: how a program of a provider or of one school signs in to the API (Rule I7)."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import MaybeCustomerOwned


class TokenScope(models.TextChoices):
    """What a token may be used for. A token without any may only ask who it is."""

    TICKETS_READ = "tickets:read", _("Read tickets, their messages and files, chats and call-backs")
    TICKETS_WRITE = "tickets:write", _("Open tickets, write on them and change them; agree call-backs")
    CONTRACTS_READ = "contracts:read", _("Read contracts, what they cover, and deadlines")
    VISITS_READ = "visits:read", _("Read visits and allowances")
    PEOPLE_READ = "people:read", _("Read customers and people")
    QUOTES_READ = "quotes:read", _("Read quotes and their prices")
    QUOTES_WRITE = "quotes:write", _("Ask for quotes; accept and decline them for the relationship owner")
    REPORTS_READ = "reports:read", _("Read how promises were kept")


class ApiToken(MaybeCustomerOwned):
    """Acts for one person and, with a customer, inside that school alone: it never may more than the person.

    Only the digest of the secret is stored; `hint` are its first signs, by which people tell tokens apart.
    """

    name = models.CharField(_("name"), max_length=80)
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("acts for")
    )
    hint = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=TokenScope),
        default=list,
        blank=True,
        verbose_name=_("permissions"),
    )
    created_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["provider", "name"], name="api_token_by_name")]

    def __str__(self) -> str:
        return self.name

    def is_alive(self, now: datetime) -> bool:
        """Whether it still opens the door, as far as the token itself is asked."""
        return self.revoked_at is None and now < self.expires_at
