"""Mail about quotes to relationship owners. Words stand in quotes/mail/."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.tenancy.memory import current_provider
from delivery.models import MailPurpose
from delivery.services import mail_enqueue
from quotes.models import Quote
from quotes.references import quote_reference


def mail_quote(quote: Quote, owner: Person, sender: Person) -> None:
    """What is offered at which price, until when, and where to accept or decline."""
    _mail(quote, owner, "sent", subject=_("Quote %(quote)s: %(subject)s"), sender=sender)


def mail_withdrawal(quote: Quote, owner: Person, reason: str) -> None:
    """The quote can no longer be accepted, and why."""
    _mail(quote, owner, "withdrawn", subject=_("Quote %(quote)s was withdrawn: %(subject)s"), reason=reason)


def _mail(quote: Quote, owner: Person, template: str, *, subject: str, **words: object) -> None:
    provider = current_provider()
    reference = quote_reference(provider, quote)
    path = reverse("portal_quotes:quote", args=[provider.slug, quote.pk])
    context = {
        "provider": provider,
        "person": owner,
        "quote": quote,
        "reference": reference,
        "link": f"{settings.BASE_URL}{path}",
        **words,
    }
    mail_enqueue(
        purpose=MailPurpose.EXPLANATION,
        recipients=[owner.email],
        subject=subject % {"quote": reference, "subject": quote.subject},
        text=render_to_string(f"quotes/mail/{template}.txt", context).rstrip() + "\n",
        customer_id=quote.customer_id,
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
