"""Codes and links to sign in go out like all mail, in the provider's name, and to nobody who is unknown."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person, Provider, User
from delivery.models import MailPurpose, OutboundMail
from delivery.sweeper import sweep
from tests.delivery.mail_server import MailServer
from tests.delivery.making import inside, make_person

pytestmark = pytest.mark.django_db


@pytest.mark.rule("T4")
def test_a_code_comes_from_the_provider_and_signs_in(ada: Person, smtp: MailServer, client: Client) -> None:
    client.post(reverse("account_request_login_code"), {"email": "Ada@North.example"})
    with inside(ada):
        mail = OutboundMail.objects.get()
        assert (mail.purpose, mail.customer_id) == (MailPurpose.SIGN_IN, None)
    sweep()
    [taken] = smtp.taken
    assert taken.recipients == ["ada@north.example"]
    assert taken.message["From"] == "North Desk <help@north.example>"
    assert taken.message["Subject"] == "Your sign-in code for North Desk"
    assert taken.message["Auto-Submitted"] == "auto-generated"
    text = taken.message.get_content()
    assert "testserver" not in text
    found = re.search(r"^    (\S+)\s*$", text, re.MULTILINE)
    assert found is not None
    client.post(reverse("account_confirm_login_code"), {"code": found[1]})
    assert client.session["_auth_user_id"] == str(ada.user_id)


def test_a_link_to_set_a_password(ada: Person, smtp: MailServer, client: Client) -> None:
    client.post(reverse("account_reset_password"), {"email": "ada@north.example"})
    sweep()
    [taken] = smtp.taken
    assert taken.message["Subject"] == "Set your password for North Desk"
    assert "http://testserver/account/" in taken.message.get_content()


@pytest.mark.rule("T3")
def test_somebody_whom_two_providers_know_gets_one_mail(ada: Person, south: Provider, client: Client) -> None:
    make_person(south, "ada@north.example")
    client.post(reverse("account_request_login_code"), {"email": "ada@north.example"})
    counts = []
    for tenant in (ada, south):
        with inside(tenant):
            counts.append(OutboundMail.objects.count())
    assert sorted(counts) == [0, 1]


def test_strangers_get_nothing(north: Provider, client: Client, mailoutbox: list[object]) -> None:
    User.objects.create_user("former@north.example")  # known once, belongs to nobody now
    for address in ("former@north.example", "stranger@elsewhere.example"):
        client.post(reverse("account_request_login_code"), {"email": address})
        client.post(reverse("account_reset_password"), {"email": address})
    with inside(north):
        assert not OutboundMail.objects.exists()
    assert not mailoutbox
