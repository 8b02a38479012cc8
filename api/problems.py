"""Every error as RFC 9457 problem details: `application/problem+json`, with the wrong fields listed."""

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from django.http import Http404
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from contracts.promises import UnknownAnswer
from contracts.selectors import NoPromise
from tickets.errors import ReasonNeeded, StaleTicket, TicketError, TooLarge, WrongState

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
# What stops a write of the apps below, by kind: the status, and a name that programs can compare.
_KINDS: dict[type[Exception], tuple[int, str]] = {
    StaleTicket: (412, "stale"),
    ReasonNeeded: (409, "reason_needed"),
    WrongState: (409, "wrong_state"),
    TooLarge: (413, "too_large"),
    TicketError: (409, "not_now"),
    NoPromise: (422, "no_promise"),
    UnknownAnswer: (422, "invalid"),
    RequestDataTooBig: (413, "too_large"),
}


class ProblemRenderer(JSONRenderer):
    """JSON under the name that tells a problem from an answer."""

    media_type = MEDIA_TYPE
    format = "problem"


class Conflict(exceptions.APIException):
    """The request cannot be done in the present state."""

    status_code = 409
    default_code = "conflict"


class Unprocessable(exceptions.APIException):
    """The request is understood and wrong."""

    status_code = 422
    default_code = "invalid"


class TooLong(exceptions.APIException):
    """The body is larger than the API reads."""

    status_code = 413
    default_code = "too_large"
    default_detail = "The body is too large."


def problem_response(error: Exception, context: Mapping[str, Any]) -> Response:
    """The answer to whatever went wrong. Nothing that the request wrote is kept."""
    if transaction.get_connection().in_atomic_block and getattr(
        context["request"]._request, "api_token", None
    ):
        transaction.set_rollback(True)
    status, code, detail, errors = _read(error)
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None) is not None:
        headers["Retry-After"] = str(error.wait)  # type: ignore[attr-defined]  # whole seconds, rounded up
    response = Response(problem(status, code, detail, errors), status=status, headers=headers)
    response.content_type = MEDIA_TYPE
    return response


def problem(
    status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    """The members of a problem. `code` names the kind for programs, `errors` the wrong fields."""
    found: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        found["errors"] = errors
    return found


def _read(error: Exception) -> tuple[int, str, str, list[dict[str, str]]]:
    if isinstance(error, DjangoValidationError):
        return 422, "invalid", "Some fields are wrong.", list(_of_django(error))
    if isinstance(error, exceptions.ValidationError):
        return 422, "invalid", "Some fields are wrong.", list(_fields(error.get_full_details(), ""))
    for kind, (status, code) in _KINDS.items():
        if isinstance(error, kind):
            return status, code, str(error), []
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.APIException):
        return error.status_code, str(error.get_codes()), str(error.detail), []
    logger.error("The API failed", exc_info=error)
    return 500, "error", "Something went wrong on our side. Nothing was changed.", []


def _of_django(error: DjangoValidationError) -> Iterator[dict[str, str]]:
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, messages in by_field.items():
        pointer = "" if name in {"", NON_FIELD_ERRORS} else f"/{name}"
        for message in messages:
            yield {"pointer": pointer, "code": "invalid", "detail": str(message)}


def _fields(details: Any, pointer: str) -> Iterator[dict[str, str]]:
    """The leaves of DRF's nested errors, each with the JSON pointer of its field."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"}:
        yield {"pointer": pointer, "code": str(details["code"]), "detail": str(details["message"])}
    elif isinstance(details, Mapping):
        for name, inner in details.items():
            yield from _fields(inner, pointer if name == "non_field_errors" else f"{pointer}/{name}")
    else:
        leaves = all(isinstance(one, Mapping) and set(one) == {"message", "code"} for one in details)
        for position, inner in enumerate(details):
            yield from _fields(inner, pointer if leaves else f"{pointer}/{position}")
