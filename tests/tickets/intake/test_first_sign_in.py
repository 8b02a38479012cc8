"""Who has written from their school's address may set a password by a link (Rule T4)."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.tenancy.scope import open_scope
from delivery.models import MailPurpose, OutboundMail
from tests.cast import Cast
from tests.tickets.intake.conftest import Take
from tests.tickets.intake.mails import mail

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T4")]
NEW = "nora@oakfield.example"
PASSWORD = "four quiet otters swim"


def ask_for_a_link(client: Client, email: str) -> str:
    """What the page answers, which must be the same for everybody."""
    answer = client.post(reverse("account_reset_password"), {"email": email}, follow=True)
    shown = answer.content.decode().partition("<main")[2].partition("</main")[0]
    return re.sub(r"<input[^>]*csrf[^>]*>", "", shown)


def links_to(cast: Cast, email: str) -> list[str]:
    with open_scope(cast.staff_scope()):
        mails = OutboundMail.objects.filter(purpose=MailPurpose.SIGN_IN, recipients=[email])
        return [re.findall(r"https?://[^/\s]+(/\S+)", one.text)[0] for one in mails]


def test_from_the_first_mail_to_the_portal(cast: Cast, take: Take) -> None:
    take(mail(NEW, subject="Nothing prints"))
    with open_scope(cast.staff_scope()):
        acknowledgement = OutboundMail.objects.get(purpose=MailPurpose.ACKNOWLEDGEMENT).text
    assert (
        f"Set a password by mail at {settings.BASE_URL}{reverse('account_reset_password')}" in acknowledgement
    )
    client = Client()
    assert reverse("account_reset_password") in client.get(reverse("account_login")).content.decode()
    ask_for_a_link(client, NEW.upper())
    (link,) = links_to(cast, NEW)
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    stranger = Client()
    assert "password1" not in stranger.get(link, follow=True).content.decode()  # it worked once
    stranger.post(reverse("account_login"), {"login": NEW, "password": PASSWORD})
    assert "Nothing prints" in stranger.get("/alder/portal/requests/").content.decode()
    take(mail(NEW, subject="And the copier"))
    with open_scope(cast.staff_scope()):
        assert "Set a password" not in OutboundMail.objects.order_by("-pk")[0].text


def test_who_is_refused_has_no_way_in_and_the_page_tells_nothing(cast: Cast, take: Take) -> None:
    take(mail("nat@gmail.com"), mail(NEW))
    take(mail("unknown@riverside.example"), provider="birch")  # where people must be nominated
    pages = {ask_for_a_link(Client(), email) for email in (NEW, "nat@gmail.com", "unknown@riverside.example")}
    assert len(pages) == 1
    assert [bool(links_to(cast, one)) for one in (NEW, "nat@gmail.com")] == [True, False]
    with open_scope(cast.staff_scope("birch")):
        assert not OutboundMail.objects.filter(purpose=MailPurpose.SIGN_IN).exists()
