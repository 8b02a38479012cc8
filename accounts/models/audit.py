"""The audit trail: who did what, when and why. The database lets nobody change or remove a row."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import MaybeCustomerOwned


class AuditEntry(MaybeCustomerOwned):
    """One act on one object. `changes` maps a field to [before, after]; message texts are never copied here."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    object_label = models.CharField(max_length=200, blank=True)
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["provider", "object_type", "object_id"], name="audit_object")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"

    @property
    def action_words(self) -> str:
        """The action for people's eyes: 'contract: last day set' rather than 'contract.last_day_set'."""
        return self.action.replace(".", ": ").replace("_", " ")
