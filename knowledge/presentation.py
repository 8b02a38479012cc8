"""Articles as pages show them, and what is suggested while somebody types."""

from dataclasses import dataclass

from django.http import QueryDict

from delivery.wording.rendering import plain_render
from knowledge.models import Article
from knowledge.selectors import articles_found

SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """An article with its text as cleaned HTML."""

    article: Article
    html: str


def shown(article: Article) -> Shown:
    """The article, its Markdown rendered."""
    return Shown(article, plain_render(article.body).html)


def suggested(typed: QueryDict) -> list[Shown]:
    """The articles that fit the fields `subject` and `text` of a request that is being written, the best first."""
    texts = typed.get("subject", ""), typed.get("text", "")
    return [shown(one) for one in articles_found(*texts, limit=SUGGESTED)]
