"""Panels on pages of a lower app: higher apps register their own, the page draws what they have to say.

So an app may stand on a page of a lower one, which knows nothing of it. Each kind of page keeps one `Panels`, typed by
what its panels are told besides the request: nothing on a first page, the ticket beside a ticket.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec

from django.http import HttpRequest

from accounts.tenancy.access import Door

Content = Mapping[str, Any]
Subject = ParamSpec("Subject")


@dataclass(frozen=True, slots=True)
class Panel(Generic[Subject]):
    """One panel. `content` answers what `template` shows, under the name `panel`; None where it has nothing to say.

    `is_first`: it asks something of the reader, so a page that knows such panels draws it before its own parts.
    """

    door: Door
    order: int
    template: str
    content: Callable[Concatenate[HttpRequest, Subject], Content | None]
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class DrawnPanel:
    """A panel that has something to say."""

    template: str
    content: Content
    is_first: bool = False


class Panels(Generic[Subject]):
    """The panels of one kind of page."""

    def __init__(self) -> None:
        self._panels: list[Panel[Subject]] = []

    def add(self, panel: Panel[Subject]) -> None:
        """Called once by each app when Django starts."""
        self._panels.append(panel)
        self._panels.sort(key=lambda one: one.order)

    def drawn(
        self, request: HttpRequest, door: Door, /, *subject: Subject.args, **names: Subject.kwargs
    ) -> list[DrawnPanel]:
        """Those that have something to say to the person behind the request."""
        contents = (
            (one, one.content(request, *subject, **names)) for one in self._panels if one.door is door
        )
        return [
            DrawnPanel(panel.template, content, panel.is_first)
            for panel, content in contents
            if content is not None
        ]


# On the first pages of desk and portal.
HOME_PANELS: Panels[[]] = Panels()
