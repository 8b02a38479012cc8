"""Why a message ended as it did: stored as a short word, shown in the reader's language."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from tickets.models import QuarantineReason


class Reason(TextChoices):
    """Reasons besides those of quarantine. The values stand in the database and in the command's output."""

    # Ignored: nobody wrote it to us (see `recognition.Automatic`).
    LOOP = "loop", _("Our own mail came back")
    BOUNCE = "bounce", _("A report on the delivery of our mail")
    RECEIPT = "receipt", _("A read receipt")
    AUTO_REPLY = "auto_reply", _("An automatic reply")
    AUTO_GENERATED = "auto_generated", _("Written by a machine")
    MAILING_LIST = "mailing_list", _("Mail of a mailing list")
    BULK = "bulk", _("Bulk mail")
    # Received before.
    SAME_BYTES = "same_bytes", _("The same message, byte for byte, was received before")
    SAME_MESSAGE = "same_message_id", _("The same message, by its Message-ID, was received before")
    # Joined a ticket.
    REFERENCES = "references", _("It answers a message of the ticket")
    ADDRESS_TOKEN = "address_token", _("It was sent to the ticket's own address")
    SUBJECT_TOKEN = "subject_token", _("Its subject holds the ticket's signed reference")
    # Opened a ticket of its own although it named another.
    NOT_VISIBLE = "not_visible", _("The sender may not see the ticket that the message refers to")
    GIVEN_TO_ANOTHER = "given_to_another", _("The reference in the message was given to somebody else")
    TOO_OLD = "too_old", _("The ticket that the message refers to was closed long ago")
    RELEASED = "released", _("Released from quarantine")


def reason_words(reason: str) -> str:
    """The stored reason in words for people; the reason itself where a handler of alerts gave its own."""
    for choices in (Reason, QuarantineReason):
        if reason in choices.values:
            return str(choices(reason).label)
    return reason
