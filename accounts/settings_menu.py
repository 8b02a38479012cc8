"""The menu of the settings: each app registers its pages, and a person sees those that they may use."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.navigation import page_lets_in
from accounts.permissions import Permission


class SettingsGroup(Enum):
    """The headings of the menu, in their order."""

    PEOPLE = _("People")
    CUSTOMERS = _("Customers")
    TIME = _("Opening hours")
    AGREEMENT = _("Agreement")
    PROVIDER = _("This provider")


@dataclass(frozen=True, slots=True)
class SettingsItem:
    """One page of the settings. `help_text` stands beside it on the first page."""

    group: SettingsGroup
    label: str | Promise
    url_name: str
    icon: str
    order: int
    permission: Permission
    help_text: str | Promise = ""


_items: list[SettingsItem] = []


def settings_add(item: SettingsItem) -> None:
    """Called once by each app when Django starts."""
    _items.append(item)
    _items.sort(key=lambda one: one.order)


def settings_groups(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups of pages that the person behind the request may use, this page marked as current."""
    tenant: Any = request
    rows = {
        item: {
            "label": item.label,
            "url": reverse(item.url_name, args=[tenant.provider.slug]),
            "icon": item.icon,
            "help_text": item.help_text,
            "current": False,
        }
        for item in _items
        if item.permission in tenant.permissions and page_lets_in(request, item.url_name)
    }
    here = [row for row in rows.values() if request.path.startswith(str(row["url"]))]
    if here:
        max(here, key=lambda row: len(str(row["url"])))["current"] = True
    groups = [
        {"label": group.value, "items": [row for item, row in rows.items() if item.group is group]}
        for group in SettingsGroup
    ]
    return [group for group in groups if group["items"]]


def settings_page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of the settings, drawn with its menu."""
    return render(
        request, template, {**(context or {}), "settings_navigation": settings_groups(request)}, status=status
    )


def settings_form_page(request: HttpRequest, form: Any, **words: Any) -> HttpResponse:
    """A page that is one form: `heading`, `action` (the button), `cancel_url`, and optionally `lead`, `notes`."""
    return settings_page(
        request, "settings/form.html", {"form": form, **words}, status=422 if form.errors else 200
    )
