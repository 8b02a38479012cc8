"""Pages behind the wall under the server that runs in production, whose requests carry a `scope` of their own."""

from collections.abc import Callable
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from tests.cast import Cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("T1")]


def test_a_form_that_a_browser_sends_is_taken(
    cast: Cast, live_server: LiveServer, signed_in: Callable[[str], Client]
) -> None:
    """Browsers name their origin; to compare it Django asks the connection for its scheme."""
    session = signed_in("rita").cookies[settings.SESSION_COOKIE_NAME].value
    headers = {"Origin": live_server.url, "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
    form = Request(f"{live_server.url}/alder/portal/requests/new/", data=b"title=Whiteboard", headers=headers)
    with pytest.raises(HTTPError) as refused:
        urlopen(form)
    assert refused.value.code == 403  # no token, but no error of ours
