"""Lists in pages by a cursor: rows that come in meanwhile shift nothing."""

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from api.problems import Unprocessable


class NewestFirst(CursorPagination):
    """Fifty rows, or `page_size` up to two hundred, the newest first; `next` and `previous` are addresses."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering: Any = "-id"

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The place in the list. A cursor that we did not write is a wrong value and no missing page."""
        try:
            return super().decode_cursor(request)
        except NotFound as wrong:
            raise Unprocessable("The cursor is not one of ours.") from wrong


class ByName(NewestFirst):
    """The same in the order of names."""

    ordering = ("name", "id")


class ByStart(NewestFirst):
    """The same in the order of time."""

    ordering = ("starts_at", "id")
