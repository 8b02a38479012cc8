"""An article with steps and a version, for the pages that are looked at."""

from datetime import date

from knowledge.services import article_change, article_publish, article_write
from knowledge.services.articles import Words
from tests.cast import Cast
from tickets.models import Category

BODY = """First look at the small screen on the printer: it says which door to open.

1. Open the **rear door** and the *front tray*.
2. Pull the paper out slowly, with both hands.
3. Close everything until it clicks.

- Never use scissors or a ruler.
- More from the maker: [paper jams](https://printers.example/help/paper-jams-in-large-office-printers)
"""


def knowledge_keys(cast: Cast) -> dict[str, int]:
    """Keys of what was made. Needs the staff's scope."""
    draft = Words(title="The printer says there is a paper jam", short_answer="Open the rear door first.")
    article = article_write(words=draft)
    words = Words(
        title=draft.title,
        short_answer=draft.short_answer,
        body=BODY,
        words="copier, stuck paper",
        category=Category.objects.filter(is_active=True).first(),
        owner=cast.person("lena"),
        review_by=date(2026, 11, 1),
    )
    article = article_change(article=article, words=words, expected_version=1)
    article_publish(article=article, expected_version=2)
    return {"article": article.pk}
