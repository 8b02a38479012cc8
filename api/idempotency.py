"""The header Idempotency-Key: what a request is known by, and the answer that it gets when it comes again."""

import hashlib
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from api.models import KeyedRequest
from api.problems import Unprocessable
from api.services.requests import KeyReused, request_claim

HEADER = "Idempotency-Key"
LONGEST_KEY = 255


class AnsweredBefore(Exception):
    """The request was answered before; the answer stands in `row`."""

    def __init__(self, row: KeyedRequest) -> None:
        super().__init__()
        self.row = row


def claimed(request: Request) -> KeyedRequest | None:
    """The row in which to keep the answer; None without a key. Raises AnsweredBefore and Unprocessable."""
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None:
        return None
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Unprocessable(f"{HEADER} takes 1 to {LONGEST_KEY} printable ASCII characters.")
    token: Any = request.auth
    try:
        row, is_new = request_claim(token=token, key=key, digest=_digest(request))
    except KeyReused as reused:
        raise Unprocessable(f"This {HEADER} was used for another request.", code="key_reused") from reused
    if not is_new:
        raise AnsweredBefore(row)
    return row


def answer_again(row: KeyedRequest) -> HttpResponse:
    """The first answer, word for word, marked as a repeat."""
    response = HttpResponse(row.body, status=row.status or 200, content_type="application/json")
    response["Idempotency-Replayed"] = "true"
    if row.etag:
        response["ETag"] = row.etag
    return response


def _digest(request: Request) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if not (request.content_type or "").startswith("multipart/"):
        digest.update(request._request.body)
        return digest.hexdigest()
    # The boundary between the parts differs each time, so the parts themselves are counted in.
    for name, values in sorted(request._request.POST.lists()):
        digest.update(repr((name, values)).encode())
    for name, files in sorted(request._request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.content_type)).encode() + file.read())
            file.seek(0)
    return digest.hexdigest()
