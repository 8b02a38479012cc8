"""Documents of a contract: the signed agreement, an order, a letter."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.files import StoredFile


def document_path(document: "ContractDocument", filename: str) -> str:
    """A place that says nothing of the content: tenant, contract and the digest of the bytes."""
    return f"{document.provider_id}/contracts/{document.contract_id}/{document.sha256}"


class ContractDocument(StoredFile):
    """A file of a contract, which the school's contacts may read too."""

    contract = models.ForeignKey("contracts.Contract", on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(_("what it is"), max_length=120)
    file = models.FileField(upload_to=document_path, max_length=200)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title
