"""Articles: what a provider knows and tells, in versions, and whether it helped (rules I6, Y5)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned, ProviderOwned

TITLE_LENGTH, SHORT_LENGTH, BODY_LENGTH, WORDS_LENGTH = 120, 600, 20_000, 300


class Audience(models.TextChoices):
    ALL = "all", _("All schools")
    PACKAGES = "packages", _("Schools with chosen packages")
    STAFF = "staff", _("Our staff only")


class ArticleState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class Said(ProviderOwned):
    """What an article says and to whom. `packages` are keys, so that a new edition of the agreement changes nothing."""

    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    short_answer = models.TextField(_("short answer"), max_length=SHORT_LENGTH)
    body = models.TextField(_("text"), max_length=BODY_LENGTH, blank=True, default="")
    words = models.CharField(_("search words"), max_length=WORDS_LENGTH, blank=True, default="")
    category = models.ForeignKey(
        "tickets.Category", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    audience = models.CharField(_("for"), max_length=10, choices=Audience, default=Audience.ALL)
    packages = ArrayField(models.SlugField(max_length=40), default=list, blank=True)

    class Meta:
        abstract = True


class Article(Said):
    """One article as it stands; `version` counts its changes.

    Only what is published, and not for the staff alone, is read by schools: the wall itself keeps the rest from them.
    `vector` and `terms` are what the search goes by: lexemes, and the letters of title and search words.
    """

    state = models.CharField(_("state"), max_length=10, choices=ArticleState, default=ArticleState.DRAFT)
    owner = models.ForeignKey(
        "accounts.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    review_by = models.DateField(_("review by"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)
    vector = models.GeneratedField(
        expression=SearchVector("title", "words", weight="A", config="english")
        + SearchVector("short_answer", weight="B", config="english")
        + SearchVector("body", weight="D", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    terms = models.GeneratedField(
        expression=Lower(Concat(F("title"), Value(" "), F("words"))),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(packages=[]) ^ Q(audience=Audience.PACKAGES), name="article_packages_named"
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "state", "title"], name="article_listed"),
            GinIndex(fields=["vector"], name="article_vector"),
            GinIndex(fields=["terms"], opclasses=["gin_trgm_ops"], name="article_terms"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_published(self) -> bool:
        return self.state == ArticleState.PUBLISHED


class Step(models.TextChoices):
    WRITTEN = "written", _("Written")
    CHANGED = "changed", _("Changed")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")
    RESTORED = "restored", _("Taken back as a draft")


class ArticleVersion(Said):
    """What an article said from then on, who did what to it, and when. Append-only."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=10, choices=Step)
    by = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.article} {self.number}"


class Verdict(models.TextChoices):
    SOLVED = "solved", _("Answered the question: no request was sent")
    HELPFUL = "helpful", _("Helpful")
    NOT_HELPFUL = "not_helpful", _("Not helpful")


class ArticleVerdict(CustomerOwned):
    """What somebody of a school said of an article on a local day, once for each verdict. Append-only.

    What was typed before stands nowhere. Of helpful and not helpful the newest of each person counts.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="verdicts")
    person = models.ForeignKey("accounts.Person", on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=12, choices=Verdict)
    day = models.DateField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "person", "verdict", "day"], name="article_verdict_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.article}: {self.get_verdict_display()}"
