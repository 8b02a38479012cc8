"""The addresses in the mail: signed for one person, one closing and one provider, and for some weeks (Rule I6)."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.tenancy.scope import Scope
from satisfaction.models import ANSWERS_FOR, SatisfactionQuestion

# Longer than an answer can be changed, so that the page can still say so.
LIVES = 2 * ANSWERS_FOR + timedelta(days=1)
_signer = signing.TimestampSigner(sep=".", salt="satisfaction.question")


class LinkExpired(Exception):
    """It was a link of ours, some time ago."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a link stands for."""

    provider_id: int
    customer_id: int
    question_id: int
    person_id: int

    def scope(self) -> Scope:
        """What its holder may touch: rows of one school, on behalf of whom the question was put to."""
        customers = frozenset({self.customer_id})
        return Scope(provider_id=self.provider_id, customers=customers, person_id=self.person_id)

    def question(self) -> SatisfactionQuestion | None:
        """The question, inside `scope`; None once it is not asked any more, as when its person has left."""
        rows = SatisfactionQuestion.objects.select_related("ticket", "person")
        return rows.filter(
            pk=self.question_id,
            person_id=self.person_id,
            person__is_active=True,
            ticket__is_confidential=False,
        ).first()


def link_token(question: SatisfactionQuestion) -> str:
    """What an address carries."""
    parts = [question.provider_id, question.customer_id, question.pk, question.person_id]
    return _signer.sign_object(parts)


def link_url(provider_slug: str, question: SatisfactionQuestion, answer: str = "") -> str:
    """Where the question is answered without signing in; opening it saves nothing."""
    path = reverse("satisfaction", args=[provider_slug, link_token(question)])
    return f"{settings.BASE_URL}{path}" + (f"?answer={answer}" if answer else "")


def link_read(provider_id: int, token: str) -> Link | None:
    """The link that a token of this provider is; None for whatever is none. Raises LinkExpired."""
    try:
        parts = _signer.unsign_object(token, max_age=LIVES)
    except signing.SignatureExpired:
        raise LinkExpired from None
    except (signing.BadSignature, ValueError):
        return None
    link = Link(*parts)
    return link if link.provider_id == provider_id else None
