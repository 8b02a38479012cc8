"""How the OpenAPI document describes what DRF cannot say by itself: the tokens, the problems, the operations' names."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from api.idempotency import HEADER, LONGEST_KEY

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `code` names the kind for programs; `errors` lists the wrong fields.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
                "required": ["pointer", "code", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "code", "detail"],
}
_ALWAYS = {
    "400": "The request cannot be read.",
    "401": "No token, or one that is unknown, expired or revoked.",
    "403": "The token lacks the permission for this.",
    "404": "There is nothing here that this token may see.",
    "422": "Something in the request is wrong; `errors` lists the fields.",
    "429": "Too many requests with this token; wait for the seconds in `Retry-After`.",
}
_WRITING = {
    "409": "This cannot be done in the present state.",
    "412": "The ticket has changed since the version in `If-Match`.",
    "413": "The body or a file is too large.",
    "415": "The body is of another media type.",
}
_WRITES = frozenset({"post", "put", "patch", "delete"})
# Every POST takes it (`api.base.Resource.initial`), so no resource needs to say so.
_IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "description": "The same request under the same key of a token is done once and answered alike for a day; the"
    " repeat carries `Idempotency-Replayed: true`. Another request under the key is 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer …`."""

    target_class = "api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token made in the settings."}


class ApiSchema(AutoSchema):
    """Operations are named after resource and act: `tickets_list`, `tickets_close`."""

    def get_tags(self) -> list[str]:
        return [getattr(self.view, "group", None) or super().get_tags()[0]]


def with_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add to every operation the problems that it may answer with."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            if method == "post":
                operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
            found = {**_ALWAYS, **(_WRITING if method in _WRITES else {})}
            for status, description in found.items():
                operation["responses"].setdefault(status, {"description": description, "content": content})
    return result
