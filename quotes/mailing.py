"""Mail about quotes to relationship owners. Its words: `quotes.mail_kinds`."""

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.tenancy.memory import current_provider
from delivery.models import MailPurpose
from delivery.services import mail_enqueue
from delivery.wording.composing import mail_words
from quotes.mail_kinds import SENT, WITHDRAWN
from quotes.models import Quote
from quotes.references import quote_reference
from quotes.totals import pounds


def mail_quote(quote: Quote, owner: Person, sender: Person) -> None:
    """What is offered at which price, until when, and where to accept or decline."""
    provider, totals = current_provider(), quote.totals
    path = reverse("portal_quotes:quote", args=[provider.slug, quote.pk])
    lines = [
        f"- {line.description}: {line.quantity.normalize():f} x {pounds(line.unit_price)} = {pounds(line.amount)}"
        for line in quote.priced
    ]
    sums = _("Without VAT %(net)s, VAT (%(percent)s%%) %(vat)s, together %(gross)s.")
    values = {
        "quote.words": quote.words,
        "quote.lines": "\n".join(lines),
        "quote.totals": sums
        % {
            "net": pounds(totals.net),
            "vat": pounds(totals.vat),
            "percent": f"{quote.vat_percent.normalize():f}",
            "gross": pounds(totals.gross),
        },
        "quote.valid_until": date_format(quote.valid_until, "l j F Y") if quote.valid_until else "",
        "quote.link": f"{settings.BASE_URL}{path}",
        "sender.contact": f"{sender.name}, {sender.email}",
    }
    _mail(quote, owner, SENT, values)


def mail_withdrawal(quote: Quote, owner: Person, reason: str, *, another_follows: bool = False) -> None:
    """The quote can no longer be accepted, and why."""
    follows = _("You will get a new quote in its place.") if another_follows else ""
    _mail(quote, owner, WITHDRAWN, {"quote.reason": reason, "quote.follows": follows})


def _mail(quote: Quote, owner: Person, kind: str, values: dict[str, str]) -> None:
    common = {
        "person.first_name": owner.first_name,
        "person.name": owner.name,
        "quote.reference": quote_reference(current_provider(), quote),
        "quote.subject": quote.subject,
        "quote.school": quote.customer.name,
    }
    words = mail_words(kind, common | values)
    mail_enqueue(
        purpose=MailPurpose.EXPLANATION,
        recipients=[owner.email],
        subject=words.subject,
        text=words.text,
        html=words.html,
        customer_id=quote.customer_id,
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
