"""Writes of this app: articles in versions, what schools say of them, and service notices."""

from knowledge.services.articles import (
    article_change,
    article_publish,
    article_restore,
    article_retire,
    article_write,
    verdict_add,
)
from knowledge.services.notice_following import notice_follow, notice_join, notice_unfollow
from knowledge.services.notice_links import notice_answer, notice_link, notice_unlink
from knowledge.services.notices import notice_change, notice_publish, notice_update, notice_write

__all__ = [
    "article_change",
    "article_publish",
    "article_restore",
    "article_retire",
    "article_write",
    "notice_answer",
    "notice_change",
    "notice_follow",
    "notice_join",
    "notice_link",
    "notice_publish",
    "notice_unfollow",
    "notice_unlink",
    "notice_update",
    "notice_write",
    "verdict_add",
]
