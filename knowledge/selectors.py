"""Who reads which article, and which of them fit what somebody types (rules I6, T2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import current_scope
from contracts.models import Contract, Package
from contracts.selectors import held_on
from knowledge.models import Article, ArticleState, ArticleVerdict, Audience, Verdict
from knowledge.search import article_ids, words_typed
from sla.times import local_day

MOST = 5


@dataclass(frozen=True, slots=True)
class Counts:
    """What schools said of an article: requests that were not sent, and the newest word of each person."""

    solved: int
    helpful: int
    not_helpful: int


def own_packages() -> list[str]:
    """Keys of the packages that the schools of the open scope have today."""
    today = local_day(timezone.now(), current_provider().time_zone)
    held = Contract.objects.filter(held_on(today))
    return list(held.values_list("package__key", flat=True).distinct())


def package_names() -> dict[str, str]:
    """The provider's packages by key, in the words of the newest edition."""
    rows = Package.objects.order_by("version__published_on", "version_id", "position")
    return dict(rows.values_list("key", "name"))


def articles_readable(packages: Sequence[str] | None = None) -> QuerySet[Article]:
    """Staff read every article in every state; schools what is published for all or for a package of theirs.

    `packages`: those of the scope's schools, where the caller has them already.
    """
    if current_scope().is_staff:
        return Article.objects.all()
    own = own_packages() if packages is None else packages
    for_us = Q(audience=Audience.ALL) | Q(audience=Audience.PACKAGES, packages__overlap=list(own))
    return Article.objects.filter(for_us, state=ArticleState.PUBLISHED)


def articles_found(*texts: str, limit: int = MOST) -> list[Article]:
    """The published articles that fit these words best and that the reader may see, the best first."""
    words = words_typed(*texts)
    if not words:
        return []
    packages = [] if current_scope().is_staff else own_packages()
    keys = article_ids(words, packages=packages, limit=limit)
    return _in_order(keys, articles_readable(packages).select_related("category"))


def articles_found_beside(text: str, *, customer_id: int, day: date, limit: int) -> list[Article]:
    """The same for staff, each article with the keys of the packages that a school has on a local day as `held`."""
    held = Contract.objects.filter(held_on(day), customer_id=customer_id).values("package__key")
    keys = article_ids(words_typed(text), packages=[], limit=limit)
    return _in_order(keys, articles_readable([]).annotate(held=ArraySubquery(held)))


def _in_order(keys: Sequence[int], articles: QuerySet[Article]) -> list[Article]:
    rows = articles.in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def counts_of(article: Article) -> Counts:
    """How often an article helped."""
    rows = ArticleVerdict.objects.filter(article=article)
    said = rows.exclude(verdict=Verdict.SOLVED).order_by("person_id", "-pk").distinct("person_id")
    newest = list(said.values_list("verdict", flat=True))
    return Counts(
        solved=rows.filter(verdict=Verdict.SOLVED).count(),
        helpful=newest.count(Verdict.HELPFUL),
        not_helpful=newest.count(Verdict.NOT_HELPFUL),
    )


def with_solved(articles: QuerySet[Article]) -> QuerySet[Article]:
    """These articles, each with how many requests it spared as `solved`."""
    return articles.annotate(solved=Count("verdicts", filter=Q(verdicts__verdict=Verdict.SOLVED)))
