"""The words that a provider has put in the place of the standard ones of a kind of mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import ProviderOwned


class MailWording(ProviderOwned):
    """One version of the words of one kind of mail; the newest holds. Never changed: a change is another version."""

    kind = models.CharField(max_length=40)  # a key of `delivery.wording.kinds`
    version = models.PositiveIntegerField()
    is_standard = models.BooleanField(default=False)  # back to the standard words; these texts are empty then
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "kind", "version"], name="mail_wording_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"
