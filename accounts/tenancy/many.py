"""A service for one of what a service does for many: the same arguments, one way of working."""

from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Item = TypeVar("Item")
Row = TypeVar("Row")


def one_of(many: Callable[[Sequence[Item]], Sequence[Row]], item: Callable[P, Item]) -> Callable[P, Row]:
    """The service that takes the arguments of one `item`, hands it to `many` alone and returns its one row."""

    def service(*args: P.args, **details: P.kwargs) -> Row:
        (row,) = many([item(*args, **details)])
        return row

    return service
