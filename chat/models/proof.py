"""The proof of an address: a code that was mailed to it (rules I4, T5)."""

from django.db import models

from accounts.tenancy.models import MaybeCustomerOwned


class ChatProof(MaybeCustomerOwned):
    """Somebody on a web site who says that an address is theirs. Person and school are set once that is proved."""

    email = models.EmailField()
    name = models.CharField(max_length=120)
    code_hash = models.CharField(max_length=64)  # keyed; the code itself is in the mail alone
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    proved_at = models.DateTimeField(null=True, blank=True)
    person = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["provider", "expires_at"], name="chat_proof_age")]

    def __str__(self) -> str:
        return f"proof {self.pk}"
