"""Ids that come from outside, in an address or a form."""

from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

LONGEST = 18  # digits: more than that may be too large for the database to compare with


def key_in(text: str | None) -> int | None:
    """The id that the text names; None where no row could have it."""
    return int(text) if text and text.isdecimal() and len(text) <= LONGEST else None


def row_in(rows: QuerySet[M], text: str | None) -> M | None:
    """That of these rows whose id the text names. Where it names none, the database is not asked."""
    key = key_in(text)
    return None if key is None else rows.filter(pk=key).first()
