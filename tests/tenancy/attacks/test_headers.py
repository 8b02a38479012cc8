"""What the browser is told: the content policy, the frame of a mail, the host."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.tenancy.scope import open_scope
from tests.tenancy.attacks.tools import SCRIPT, SignedIn, quiet
from tests.tenancy.world import World
from tickets.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T1", "T2")]


def policy(answer: Any) -> dict[str, set[str]]:
    """The content security policy, directive by directive."""
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {part[0]: set(part[1:]) for part in parts}


def test_every_page_carries_a_strict_content_policy(world: World, signed_in: SignedIn) -> None:
    number = world.number("rita")
    pages = [(signed_in("ada"), f"/alder/desk/tickets/{number}/"), (signed_in("ada"), "/alder/settings/")]
    pages += [(signed_in("rita"), "/alder/portal/"), (signed_in("rita"), "/alder/desk/")]
    pages += [
        (Client(), "/account/login/"),
        (Client(), "/nowhere/at/all"),
        (signed_in("rita"), "/birch/desk/"),
    ]
    for client, path in pages:
        found = policy(client.get(path))
        assert found["default-src"] == {"'self'"}, path
        assert found["object-src"] == {"'none'"}
        assert found["frame-ancestors"] == {"'none'"}
        assert found["base-uri"] == found["form-action"] == {"'self'"}
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & set().union(*found.values())


def test_pages_keep_to_the_policy(world: World, signed_in: SignedIn) -> None:
    """No inline script, style or handler, which the policy would stop."""
    inline = re.compile(rb"<script(?![^>]*\bsrc=)|\sstyle=|<style|\son[a-z]+=|javascript:", re.IGNORECASE)
    for name, path in (
        ("ada", "/alder/desk/queue/"),
        ("rita", "/alder/portal/"),
        ("ada", "/alder/settings/brand/"),
    ):
        assert not inline.search(signed_in(name).get(path).content), path


def test_the_frame_of_a_mail_can_do_nothing(world: World, signed_in: SignedIn) -> None:
    with open_scope(world.cast.staff_scope("alder")):
        Message.objects.filter(pk=world.part("rita", "message")).update(
            html=SCRIPT + "<form action='/x'></form>"
        )
    answer = signed_in("tess").get(f"/alder/desk/messages/{world.part('rita', 'message')}/")
    found = policy(answer)
    assert found["default-src"] == {"'none'"}
    assert "script-src" not in found
    assert found["form-action"] == {"'none'"}
    assert "sandbox" in found
    assert not found["sandbox"] & {
        "allow-scripts",
        "allow-same-origin",
        "allow-forms",
        "allow-top-navigation",
    }
    assert found["frame-ancestors"] == {"'self'"}
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_a_strange_host_gets_no_page() -> None:
    assert quiet(Client()).get("/account/login/", headers={"host": "evil.example"}).status_code == 400
