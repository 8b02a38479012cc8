"""Articles: written, changed under an expected version, published, retired; and whether they helped (Rule Y5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer, Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import current_scope
from knowledge.models import Article, ArticleState, ArticleVerdict, ArticleVersion, Audience, Step, Verdict
from knowledge.selectors import package_names
from sla.times import local_day
from tickets.models import Category

SAID = ("title", "short_answer", "body", "words", "category", "audience", "packages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What an article says and to whom, who looks after it, and the local day by which it is looked at again."""

    title: str
    short_answer: str
    body: str = ""
    words: str = ""
    category: Category | None = None
    audience: str = Audience.ALL
    packages: Sequence[str] = ()
    owner: Person | None = None
    review_by: date | None = None


@transaction.atomic
def article_write(*, words: Words) -> Article:
    """A new draft. Raises ValidationError by field: title, short_answer, audience, packages, owner."""
    article = Article()
    _put(article, words)
    article.save()
    _step(article, Step.WRITTEN)
    return article


@transaction.atomic
def article_change(*, article: Article, words: Words, expected_version: int) -> Article:
    """Say it in other words; of a published article schools read them at once.

    Raises ValidationError by field as above, and with code 'moved_on' where somebody else changed it meanwhile.
    """
    article = _lock(article, expected_version)
    _put(article, words)
    return _next(article, Step.CHANGED)


@transaction.atomic
def article_publish(*, article: Article, expected_version: int) -> Article:
    """Let those read it for whom it is. Raises ValidationError with code 'moved_on'."""
    return _turn(article, expected_version, ArticleState.DRAFT, ArticleState.PUBLISHED, Step.PUBLISHED)


@transaction.atomic
def article_retire(*, article: Article, expected_version: int) -> Article:
    """Take a draft or published article away from everybody but the list of retired ones. Raises as above."""
    return _turn(article, expected_version, article.state, ArticleState.RETIRED, Step.RETIRED)


@transaction.atomic
def article_restore(*, article: Article, expected_version: int) -> Article:
    """A retired article is a draft again. Raises as above."""
    return _turn(article, expected_version, ArticleState.RETIRED, ArticleState.DRAFT, Step.RESTORED)


@transaction.atomic
def verdict_add(*, article: Article, customer: Customer, person: Person, verdict: str) -> ArticleVerdict:
    """Note what somebody of a school says of an article, once for each verdict and local day of the provider.

    Raises ValidationError: verdict.
    """
    if verdict not in Verdict.values:
        raise ValidationError({"verdict": _("Say whether it helped.")})
    row, _is_new = ArticleVerdict.objects.get_or_create(
        article=article,
        person=person,
        verdict=verdict,
        day=local_day(timezone.now(), current_provider().time_zone),
        defaults={"customer": customer},
    )
    return row


def _turn(article: Article, expected: int, before: str, after: ArticleState, step: Step) -> Article:
    article = _lock(article, expected)
    if article.state != before or before == after:
        raise _moved_on()
    article.state = after
    return _next(article, step)


def _lock(article: Article, expected_version: int) -> Article:
    fresh = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    if fresh.version != expected_version:
        raise _moved_on()
    return fresh


def _moved_on() -> ValidationError:
    words = _(
        "Somebody else has changed this article in the meantime. Copy what you need, and open the page again."
    )
    return ValidationError(words, code="moved_on")


def _next(article: Article, step: Step) -> Article:
    article.version += 1
    article.save()
    _step(article, step)
    return article


def _step(article: Article, step: Step) -> None:
    ArticleVersion.objects.create(
        article=article,
        number=article.version,
        step=step,
        by_id=current_scope().person_id,
        **{name: getattr(article, name) for name in SAID},
    )
    audit_record(action=f"article.{step}", target=article)


def _put(article: Article, words: Words) -> None:
    """Take the words over. Raises ValidationError by field, also for what the database would refuse."""
    article.title, article.short_answer = words.title.strip(), words.short_answer.strip()
    article.body, article.words = words.body.strip(), words.words.strip()
    article.category, article.owner, article.review_by = words.category, words.owner, words.review_by
    article.audience = words.audience
    article.packages = sorted(words.packages) if words.audience == Audience.PACKAGES else []
    errors: dict[str, str] = {}
    if not article.title:
        errors["title"] = _("Give it a title: the question, as a school would ask it.")
    if not article.short_answer:
        errors["short_answer"] = _("Write the answer in a sentence or two.")
    if article.audience == Audience.PACKAGES:
        if not article.packages:
            errors["packages"] = _("Choose at least one package.")
        elif not set(article.packages) <= set(package_names()):
            errors["packages"] = _("There is no such package.")
    if article.owner is not None and not article.owner.is_staff:
        errors["owner"] = _("Choose somebody of our staff.")
    if errors:
        raise ValidationError(errors)
    article.clean_fields(exclude=["provider", "vector", "terms"])
