"""The pages of allauth speak as ours do: sentence case in headings and buttons, "e-mail", and one h1 each."""

import re

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T4")]

BEFORE = ("login", "login/code", "password/reset", "password/reset/done", "signup", "inactive")
INSIDE = (
    "2fa",
    "2fa/totp/activate",
    "2fa/webauthn",
    "2fa/webauthn/add",
    "2fa/recovery-codes/generate",
    "sessions",
    "password/change",
    "reauthenticate",
    "logout",
)
TITLES = re.compile(r"<(title|h1|h2|button|label|th)\b[^>]*>(.*?)</\1>", re.DOTALL)
NAMES = {"IP", "Concero", "Desk", "Signed"}
EMAIL = re.compile(r"\bemails?\b", re.IGNORECASE)


def words(html: str) -> str:
    """What a reader sees, without scripts, addresses of people and markup."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).strip()


def assert_in_our_tone(page: str) -> None:
    assert not EMAIL.search(words(page)), EMAIL.search(words(page))
    for tag, inner in TITLES.findall(page):
        for part in words(inner).split("·"):
            loud = [word for word in part.split()[1:] if word[:1].isupper() and word not in NAMES]
            assert not loud, (tag, part)
    assert page.count("<h1") == 1


@pytest.mark.parametrize("name", BEFORE)
def test_before_sign_in(name: str) -> None:
    answer = Client().get(f"/account/{name}/")
    assert answer.status_code == 200
    assert_in_our_tone(answer.content.decode())


def test_inside(cast: Cast) -> None:
    client = Client()
    client.post("/account/login/", {"login": "rita@oakfield.example", "password": PASSWORD})
    for name in INSIDE:
        answer = client.get(f"/account/{name}/", follow=True)
        assert answer.status_code == 200, name
        assert_in_our_tone(answer.content.decode())


def test_a_wrong_password_is_told_in_our_words(cast: Cast) -> None:
    answer = Client().post("/account/login/", {"login": "rita@oakfield.example", "password": "wrong"})
    assert_in_our_tone(answer.content.decode())


def test_the_compiled_words_are_those_of_the_catalogue() -> None:
    import gettext

    folder = settings.ROOT / "locale" / "en_GB" / "LC_MESSAGES"
    source = (folder / "django.po").read_text()
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    single = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', source, re.MULTILINE)
    assert len(single) > 20
    for key, ours in single:
        key, ours = (text.replace('\\"', '"').replace("\\n", "\n") for text in (key, ours))
        assert compiled.gettext(key) == ours, key
