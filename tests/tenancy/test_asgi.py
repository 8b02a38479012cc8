"""Pages behind the wall under the server that runs in production, whose requests carry a `scope` of their own."""

import asyncio
from typing import Any

import pytest
from django.test import AsyncClient, Client

from tests.cast import Cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("T1")]


def test_a_form_that_a_browser_sends_is_taken(cast: Cast, signed_in: Any) -> None:
    """Browsers name their origin; to compare it Django asks the connection for its scheme."""
    client: Client = signed_in("rita")
    asynchronous = AsyncClient(enforce_csrf_checks=True)
    asynchronous.cookies = client.cookies

    async def send() -> int:
        headers = {"origin": "http://testserver"}
        return int((await asynchronous.post("/alder/portal/requests/new/", headers=headers)).status_code)

    assert asyncio.run(send()) == 403  # no token, but no error of ours
