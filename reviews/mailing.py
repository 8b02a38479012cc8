"""Mail about the outcome of a review. Its words: `reviews.mail_kinds`."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.tenancy.memory import current_provider
from delivery.models import MailPurpose
from delivery.services import mail_enqueue
from delivery.wording.composing import mail_words
from reviews.mail_kinds import OUTCOME
from reviews.models import Review
from tickets.references import ticket_reference


def mail_outcome(review: Review, person: Person) -> None:
    """What we looked at, what came of it, and the words of whoever looked."""
    provider = current_provider()
    assert review.done_by is not None
    if review.ticket is not None:
        about = _('your request %(reference)s, "%(subject)s", which has been open longer than is usual') % {
            "reference": ticket_reference(provider, review.ticket.number),
            "subject": review.ticket.subject,
        }
    else:
        about = _("why you have had more urgent requests lately than is usual")
    with timezone.override(provider.time_zone):
        words = mail_words(
            OUTCOME,
            {
                "person.first_name": person.first_name,
                "person.name": person.name,
                "review.school": review.customer.name,
                "review.about": about,
                "review.outcome": review.get_outcome_display(),
                "review.words": review.words,
                "review.by": review.done_by.name,
            },
        )
    mail_enqueue(
        purpose=MailPurpose.EXPLANATION,
        recipients=[person.email],
        subject=words.subject,
        text=words.text,
        html=words.html,
        customer_id=review.customer_id,
    )
