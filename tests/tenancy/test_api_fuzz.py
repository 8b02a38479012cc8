"""Whatever is sent to the API: no failure of ours, no answer beside the document, no foreign word (I7, T1, T2)."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import ALL, token_for
from tests.tenancy.sql import undone
from tests.tenancy.test_api_walk import objects_of
from tests.tenancy.world import World, foreign_words

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I7", "T1", "T2")]

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]
EXAMPLES = 100 if os.environ.get("SOAK") else 3
TOKENS = {"desk": ("tess", "", ALL), "school": ("ian", "oakfield", ALL), "bare": ("tess", "", ())}


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The requests stay inside the test's transaction: none closes its connection at its end."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("name", TOKENS)
def test_whatever_is_sent(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(django_settings, "API_REQUESTS_PER_MINUTE", 10**9)
    person, school, scopes = TOKENS[name]
    headers = {
        "Authorization": f"Bearer {token_for(world.cast, person, school, scopes)}",
        "Host": "testserver",
    }
    words = foreign_words(world, person)
    document: Any = schemathesis.openapi.from_wsgi("/api/v1/schema", get_wsgi_application(), headers=headers)
    own = objects_of(world, "rita")
    for found in document.get_all_operations():
        operation = found.ok()
        kind = operation.path.removeprefix("/api/v1/").split("/")[0]
        _send(operation.as_strategy(), headers, words, own.get(kind))


def _send(cases: Any, headers: dict[str, str], words: list[str], own: Any) -> None:
    """Every address names an object of the token's own, so that what is sent reaches it."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=not os.environ.get("SOAK"),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def send(case: Any) -> None:
        case.path_parameters = dict.fromkeys(case.path_parameters or {}, own)
        with undone():
            answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS, headers=headers)
        assert not [word for word in words if word.encode() in answer.content], case.path

    send()
