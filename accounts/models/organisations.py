"""Providers (the IT-support companies), their customers (schools, mostly) and the customers' mail domains."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.fields import NumberKeysField
from accounts.telephone import LONGEST
from accounts.tenancy.models import CustomerOwned, ProviderOwned

# First path segments that are not providers, and words that would read as pages of ours.
RESERVED_SLUGS = frozenset(
    {"account", "static", "healthz", "styleguide", "api", "admin", "i18n", "new", "theme"}
)


class Nation(models.TextChoices):
    """Whose public holidays hold (Rule S3)."""

    ENGLAND_AND_WALES = "england-wales", _("England and Wales")
    SCOTLAND = "scotland", _("Scotland")
    NORTHERN_IRELAND = "northern-ireland", _("Northern Ireland")


class Nomination(models.TextChoices):
    """Who of a customer may ask for support by mail and telephone (Rule T4)."""

    AS_PROVIDER = "", _("As the provider has it")
    ONLY_NOMINATED = "nominated", _("Only people whom the school has nominated")
    EVERYBODY = "everybody", _("Everybody of the school")


def every_identity_method() -> list[str]:
    """All the ways in which a caller can be verified; `tickets.models.IdentityMethod` puts them into words."""
    return ["call_back", "passphrase", "contact"]


class Provider(models.Model):
    """A tenant: brand, addresses and the switches that hold for all its customers (Rule T1)."""

    slug = models.SlugField(_("short name in addresses"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/London")
    nation = models.CharField(_("nation"), max_length=20, choices=Nation, default=Nation.ENGLAND_AND_WALES)
    accent = models.CharField(
        _("accent colour"), max_length=7, default="#1d4ed8", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")]
    )
    support_email = models.EmailField(_("support address"))
    support_phone = models.CharField(_("support telephone"), max_length=40, blank=True)
    reference_prefix = models.CharField(
        _("letters before ticket numbers"), max_length=6, validators=[RegexValidator(r"^[A-Z]{2,6}$")]
    )
    nominated_users_only = models.BooleanField(
        _("only people whom the customer has nominated may ask for support"), default=False
    )
    two_factor_for_staff = models.BooleanField(_("staff must sign in with two factors"), default=False)
    two_factor_for_customers = models.BooleanField(
        _("customers must sign in with two factors"), default=False
    )
    password_max_age_days = models.PositiveIntegerField(
        _("passwords expire after this many days"), null=True, blank=True
    )
    portal_may_set_level = models.BooleanField(_("people may change priority in the portal"), default=False)
    # How a caller is verified before an account is changed (Rule T6). With none chosen nobody is asked for it.
    identity_methods = ArrayField(models.CharField(max_length=12), default=every_identity_method, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Customer(ProviderOwned):
    """A school, usually. Each record of its work belongs to exactly one customer (Rule T2)."""

    slug = models.SlugField(_("short name in addresses"))
    name = models.CharField(_("name"), max_length=160)
    nation = models.CharField(_("nation"), max_length=20, choices=Nation, default=Nation.ENGLAND_AND_WALES)
    address = models.TextField(_("address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=LONGEST, blank=True)
    phone_keys = NumberKeysField(of="phone")
    trust = models.CharField(_("multi-academy trust"), max_length=160, blank=True)
    success_manager = models.ForeignKey(
        "accounts.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("customer success manager"),
    )
    team = models.ForeignKey(
        "accounts.Team",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("team"),
    )
    nomination = models.CharField(
        _("who may ask for support"), max_length=10, choices=Nomination, default="", blank=True
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["provider", "slug"], name="customer_slug_once")]

    def __str__(self) -> str:
        return self.name


class CustomerDomain(CustomerOwned):
    """A mail domain that speaks for a customer. Schools of a trust may share one (Rule T5)."""

    domain = models.CharField(_("mail domain"), max_length=253)

    class Meta:
        ordering = ["domain"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "domain", "customer"], name="domain_once_per_customer"
            )
        ]

    def __str__(self) -> str:
        return self.domain

    def save(self, *args: object, **kwargs: object) -> None:
        self.domain = self.domain.strip().lower().removeprefix("@")
        super().save(*args, **kwargs)  # type: ignore[arg-type]
