"""Addresses that browsers and search engines ask for by themselves."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_search_engines_are_sent_away() -> None:
    answer = Client().get("/robots.txt")
    assert answer["Content-Type"] == "text/plain"
    assert answer.content.decode().splitlines() == ["User-agent: *", "Disallow: /"]


def test_the_old_address_of_the_mark_leads_to_it() -> None:
    answer = Client().get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].endswith(".svg")
