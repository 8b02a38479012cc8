"""The menus of desk, portal and settings: each app registers its own entries, the page draws those one may see."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import resolve, reverse
from django.utils.functional import Promise

from accounts.permissions import Permission
from accounts.tenancy.access import Access, Door, may_enter


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry. `count` may show how many wait behind it.

    Whoever its page would refuse does not see it: the page's own mark is asked. `permission` hides it from more people,
    `shown` from those to whom it would say nothing. It is current on its own page and below, and on pages below
    `covers`, paths relative to the door's first page. `keys` press it, one after the other.
    """

    door: Door
    label: str | Promise
    url_name: str
    icon: str
    order: int
    permission: Permission | None = None
    count: Callable[[HttpRequest], int | str | None] | None = None
    covers: tuple[str, ...] = ()
    shown: Callable[[HttpRequest], bool] | None = None
    keys: str = ""


_items: list[NavItem] = []


def navigation_add(item: NavItem) -> None:
    """Called once by each app when Django starts."""
    _items.append(item)
    _items.sort(key=lambda one: one.order)


def navigation_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries that the person behind the request may use, the one for this page marked as current."""
    tenant: Any = request
    door = Door.DESK if tenant.tenant_scope.is_staff else Door.PORTAL
    found = [item for item in _items if item.door is door and _allowed(tenant, item)]
    rows = [
        {
            "label": item.label,
            "url": reverse(item.url_name, args=[tenant.provider.slug]),
            "icon": item.icon,
            "keys": item.keys,
            "count": item.count(request) if item.count else None,
            "current": False,
        }
        for item in found
    ]
    first_page = str(rows[0]["url"]) if rows else ""
    matches = [
        (len(path), row)
        for item, row in zip(found, rows, strict=True)
        for path in (str(row["url"]), *(first_page + covered for covered in item.covers))
        if request.path.startswith(path)
    ]
    if matches:
        max(matches, key=lambda match: match[0])[1]["current"] = True
    return rows


def pages_for(request: HttpRequest) -> list[dict[str, Any]]:
    """Label, address and picture of the same entries; nothing is counted for them."""
    tenant: Any = request
    door = Door.DESK if tenant.tenant_scope.is_staff else Door.PORTAL
    return [
        {"label": item.label, "url": reverse(item.url_name, args=[tenant.provider.slug]), "icon": item.icon}
        for item in _items
        if item.door is door and _allowed(tenant, item)
    ]


def page_lets_in(request: HttpRequest, url_name: str) -> bool:
    """Whether the page of this name, which takes no object, would open for the person behind the request."""
    return may_enter(request, _mark_of(url_name))


@cache
def _mark_of(url_name: str) -> Access:
    """The access mark of a page, the same for each provider. Kept: finding it for each entry of each menu is slow."""
    view: Any = resolve(reverse(url_name, args=["any"])).func
    mark: Access = view.access
    return mark


def _allowed(tenant: Any, item: NavItem) -> bool:
    wanted = item.permission is None or item.permission in tenant.permissions
    return wanted and page_lets_in(tenant, item.url_name) and (item.shown is None or item.shown(tenant))
