"""Articles beside a ticket: what fits its subject, and which of them its school may be sent (Rule Y5)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.panels import Content
from accounts.views.asking import slug_of
from knowledge.models import Article, Audience
from knowledge.presentation import SUGGESTED
from knowledge.selectors import articles_found_beside
from sla.times import local_day
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Offered:
    """An article that fits. `words` go into the reply; none where the ticket's school may not read the article."""

    article: Article
    words: str

    @property
    def is_internal(self) -> bool:
        return self.article.audience == Audience.STAFF


def articles_beside(ticket: Ticket, *, slug: str, day: date) -> list[Offered]:
    """The published articles that fit the subject, the best first. Needs a staff scope; the subject is kept nowhere.

    `day` is the provider's local one.
    """
    found = articles_found_beside(ticket.subject, customer_id=ticket.customer_id, day=day, limit=SUGGESTED)
    return [Offered(one, _words(one, slug) if _may_read(one) else "") for one in found]


def articles_panel(request: HttpRequest, ticket: Ticket) -> Content | None:
    """Nothing where no article fits. A page of its own has no reply into which words could go."""
    tenant: Any = request
    day = local_day(timezone.now(), tenant.provider.time_zone)
    found = articles_beside(ticket, slug=slug_of(request), day=day)
    if not found:
        return None
    return {"found": found, "beside_reply": bool(tenant.htmx), "school": ticket.customer}


def _may_read(article: Any) -> bool:
    """Whether the ticket's school may read it; `held` are the packages that it has."""
    if article.audience == Audience.PACKAGES:
        return not set(article.held).isdisjoint(article.packages)
    return bool(article.audience == Audience.ALL)


def _words(article: Article, slug: str) -> str:
    if not article.body:
        return article.short_answer
    address = settings.BASE_URL + reverse("portal_knowledge:article", args=[slug, article.pk])
    return f"{article.short_answer}\n\n" + _("All of it, step by step: %(address)s") % {"address": address}
