"""Panels on the first pages of desk and portal: each app registers its own, the page draws what they have to say.

So an app may stand on a page of a lower one, which knows nothing of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounts.tenancy.access import Door

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HomePanel:
    """One panel. `content` answers what `template` shows, under the name `panel`; None where it has nothing to say."""

    door: Door
    order: int
    template: str
    content: Callable[[HttpRequest], Content | None]


@dataclass(frozen=True, slots=True)
class DrawnPanel:
    """A panel that has something to say to this person."""

    template: str
    content: Content


_panels: list[HomePanel] = []


def home_panel_add(panel: HomePanel) -> None:
    """Called once by each app when Django starts."""
    _panels.append(panel)
    _panels.sort(key=lambda one: one.order)


def home_panels_for(request: HttpRequest, door: Door) -> list[DrawnPanel]:
    """The panels of a door's first page for the person behind the request."""
    contents = ((panel, panel.content(request)) for panel in _panels if panel.door is door)
    return [DrawnPanel(panel.template, content) for panel, content in contents if content is not None]
