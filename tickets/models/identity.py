"""Who is calling: verified before somebody's password, account or access is changed (Rule T6)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned


class IdentityMethod(models.TextChoices):
    CALL_BACK = "call_back", _("We called back on a number that we knew before")
    PASSPHRASE = "passphrase", _("The caller said their passphrase")
    CONTACT = "contact", _("A named contact of the school approved it")


class IdentityCheck(CustomerOwned):
    """Who asked was verified on a ticket, or a lead said why not (`overruled`). Append-only; it holds no secret."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="identity_checks")
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, related_name="+"
    )  # who was verified
    method = models.CharField(_("method"), max_length=12, choices=IdentityMethod, blank=True)
    overruled = models.BooleanField(default=False)
    evidence = models.CharField(_("evidence"), max_length=400)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    Q(overruled=True, method="") | Q(~Q(method=""), overruled=False), ~Q(evidence="")
                ),
                name="identity_checked_by_a_method_or_overruled",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.get_method_display() or 'overruled'}"


class Passphrase(CustomerOwned):
    """What a person of a school says on the telephone to be known. Kept as a hash, never shown to anybody.

    After too many wrong tries nobody can try before `locked_until`.
    """

    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="passphrases")
    digest = models.CharField(max_length=200)
    set_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "person"], name="passphrase_once")]

    def __str__(self) -> str:
        return f"passphrase of person {self.person_id}"
