"""The OpenAPI document, and the same for people to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from accounts.permissions import Permission
from accounts.settings_menu import settings_page
from accounts.tenancy.access import desk_view


@cache
def document() -> dict[str, Any]:
    """OpenAPI 3 of everything below /api/v1/. It is the same for everybody and tells of no tenant."""
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    written: dict[str, Any] = generator.get_schema(request=None, public=True)
    return written


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The document as JSON, for programs; no token is needed to read it."""
    return JsonResponse(document(), content_type="application/vnd.oai.openapi+json")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a member of a body."""

    name: str
    place: str
    kind: str
    is_needed: bool
    words: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page shows it."""

    method: str
    path: str
    words: str
    fields: list[Field]


@require_safe
@desk_view(Permission.MANAGE_PROVIDER)
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation by subject, drawn from the document itself."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in document()["paths"].items():
        for method, one in methods.items():
            operation = Operation(method.upper(), path, one.get("description", ""), list(_fields(one)))
            groups.setdefault(one["tags"][0], []).append(operation)
    return settings_page(request, "api/settings/reference.html", {"groups": groups})


def _fields(operation: dict[str, Any]) -> Iterator[Field]:
    for one in operation.get("parameters", []):
        kind = _kind(one["schema"])
        yield Field(one["name"], one["in"], kind, one.get("required", False), one.get("description", ""))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body:
        shape = _resolved(body["schema"])
        for name, one in shape.get("properties", {}).items():
            needed = name in shape.get("required", [])
            yield Field(name, "body", _kind(one), needed, one.get("description", ""))


def _kind(one: dict[str, Any]) -> str:
    """'string', or the values that are allowed."""
    found = _resolved(one)
    if "enum" in found:
        return " | ".join(str(value) for value in found["enum"])
    if found.get("type") == "array":
        return _kind(found["items"])
    return str(found.get("format") or found.get("type") or "value")


def _resolved(one: dict[str, Any]) -> dict[str, Any]:
    for part in (*one.get("allOf", []), *one.get("oneOf", [])[:1]):
        return _resolved(part)
    if "$ref" in one:
        shape: dict[str, Any] = document()["components"]["schemas"][one["$ref"].rpartition("/")[2]]
        return shape
    return one
