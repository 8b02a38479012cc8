"""The widget: no word of a school before the address is proved, no mail to strangers, no flood, no foreign site."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Person
from accounts.tenancy.scope import open_scope
from chat import limits
from chat.models import Chat, ChatProof
from chat.origins import origin_of
from chat.services.conversation import chat_answer, chat_take
from chat.services.desk import chat_settings_save, presence_set
from chat.services.proof import ATTEMPTS, VALID_FOR
from chat.visiting import HEADER, KEY_SECONDS
from delivery.models import OutboundMail
from tests.cast import Cast
from tests.chat.conftest import key, tess_is_there
from tickets.models import Channel, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I4", "T5")]
BASE = "/alder/chat/"
SITE = "https://www.alder.example"


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def widget(cast: Cast, clock: time_machine.Traveller) -> "Widget":
    tess_is_there(cast)
    with open_scope(cast.staff_scope(name="ada")):
        chat_settings_save(is_on=True, sites=[f"{SITE}/help/", "http://localhost:9000"])
    return Widget(cast)


class Widget:
    """A frame in somebody's browser, which sends no cookie and knows no token."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.client, self.key = cast, Client(enforce_csrf_checks=True), ""

    def post(self, path: str, **values: str) -> tuple[int, dict[str, Any]]:
        answer = self.client.post(BASE + path, values, headers={HEADER: self.key})
        return answer.status_code, answer.json() if answer.content else {}

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        answer = self.client.get(BASE + path, headers={HEADER: self.key})
        return answer.status_code, answer.json()

    def ask_code(self, email: str = "rita@oakfield.example", name: str = "Rita") -> str:
        """The code from the mail; '' where none was sent."""
        with open_scope(self.cast.staff_scope()):
            before = OutboundMail.objects.count()
        status, answer = self.post("proof/", name=name, email=email)
        assert status == 200, answer
        self.key = answer["key"]
        with open_scope(self.cast.staff_scope()):
            if OutboundMail.objects.count() == before:
                return ""
            mail = OutboundMail.objects.order_by("-id")[0]
        assert mail.recipients == [email]
        found = re.search(r"^\s+(\d{6})$", mail.text, re.MULTILINE)
        assert found is not None
        return found[1]

    def prove(self, email: str = "rita@oakfield.example") -> dict[str, Any]:
        status, answer = self.post("code/", code=self.ask_code(email))
        assert status == 200, answer
        return answer


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_from_the_address_to_the_answer(widget: Widget, cast: Cast) -> None:
    assert "Oakfield" in widget.prove()["opening"]
    once = key()
    for _ in range(2):
        assert widget.post("start/", text="No sound", key=once)[1]["chat"] == "waiting"
    with open_scope(cast.staff_scope(name="tess")):
        chat = Chat.objects.get()
        assert (chat.person.name, chat.customer.slug, chat.origin) == ("Rita", "oakfield", "widget")
        chat_take(chat=chat, person=cast.person("tess"))
        chat_answer(chat=chat, author=cast.person("tess"), text="I look at it", key=key())
    status, news = widget.get("news/?after=1")
    assert (status, news["state"], news["with"]) == (200, "active", "Tess")
    assert "I look at it" in news["html"]
    assert widget.post("say/", text="Thank you", key=key())[1]["last"] == news["last"] + 1
    assert widget.post("sign/", kind="typing")[0] == 204
    assert widget.post("end/")[1]["state"] == "ended"


def test_before_the_proof_nothing_is_told_and_nothing_can_be_done(widget: Widget) -> None:
    widget.ask_code()
    for method, path in (
        ("post", "start/"),
        ("post", "say/"),
        ("post", "end/"),
        ("get", "here/"),
        ("get", "news/"),
    ):
        status, answer = widget.post(path, text="x", key=key()) if method == "post" else widget.get(path)
        assert (status, set(answer)) == (403, {"error"}), path
    page = widget.client.get(BASE + "frame/").content.decode()
    assert "Oakfield" not in page


@pytest.mark.parametrize(
    "email", ["nobody@nowhere.example", "rita@gmail.com", "tess@alder.example", "rose@riverside.example"]
)
def test_who_is_no_school_of_ours_gets_the_same_answer_and_no_mail(
    widget: Widget, cast: Cast, email: str
) -> None:
    assert widget.ask_code(email) == ""
    assert widget.key
    assert widget.post("code/", code="123456")[0] == 422
    with open_scope(cast.staff_scope()):
        assert not ChatProof.objects.filter(person__isnull=False).exists()


def test_somebody_new_at_a_schools_domain_is_recorded_once_proved(widget: Widget, cast: Cast) -> None:
    code = widget.ask_code("newcomer@oakfield.example", name="New Comer")
    with open_scope(cast.staff_scope()):
        assert not Person.objects.filter(email="newcomer@oakfield.example").exists()
    assert widget.post("code/", code=code)[0] == 200
    with open_scope(cast.staff_scope()):
        assert Person.objects.get(email="newcomer@oakfield.example").name == "New Comer"


def test_a_code_is_not_kept_and_can_be_tried_a_few_times_only(widget: Widget, cast: Cast) -> None:
    code = widget.ask_code()
    with open_scope(cast.staff_scope()):
        assert code not in ChatProof.objects.get().code_hash
    for _ in range(ATTEMPTS):
        assert widget.post("code/", code=wrong(code))[0] == 422
    assert widget.post("code/", code=code)[0] == 422
    assert widget.get("here/")[0] == 403


def test_a_code_is_good_once_and_not_for_long(widget: Widget, clock: time_machine.Traveller) -> None:
    code = widget.ask_code()
    assert widget.post("code/", code=code)[0] == 200
    assert widget.post("code/", code=code)[0] == 422
    code = widget.ask_code()
    clock.shift(VALID_FOR)
    assert widget.post("code/", code=code)[0] == 422


def test_a_key_is_good_for_its_provider_and_its_day_alone(
    widget: Widget, clock: time_machine.Traveller
) -> None:
    widget.prove()
    assert widget.client.get("/birch/chat/here/", headers={HEADER: widget.key}).status_code == 403
    assert widget.client.get(BASE + "here/", headers={HEADER: widget.key + "x"}).status_code == 403
    clock.shift(timedelta(seconds=KEY_SECONDS + 1))
    assert widget.get("here/")[0] == 403


def test_two_visitors_never_see_each_other(widget: Widget, cast: Cast) -> None:
    widget.prove()
    widget.post("start/", text="zq secret of Rita", key=key())
    other = Widget(cast)
    other.prove("remy@oakfield.example")
    assert other.get("here/")[1]["chat"] == ""
    assert other.get("news/")[0] == 403


def test_floods_are_limited_by_address_by_place_and_by_provider(
    widget: Widget, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(limits.CODES_AN_HOUR_TO_ONE_ADDRESS):
        widget.ask_code()
    assert widget.post("proof/", name="Rita", email="rita@oakfield.example")[0] == 429
    assert widget.ask_code("remy@oakfield.example")
    for most in ("CODES_AN_HOUR_FROM_ONE_PLACE", "CODES_AN_HOUR_OF_A_PROVIDER"):
        monkeypatch.setattr(limits, most, 1)
        assert widget.post("proof/", name="Ian", email="ian@oakfield.example")[0] == 429
        monkeypatch.undo()
    widget.prove("ian@oakfield.example")
    widget.post("start/", text="x", key=key())
    sent = [widget.post("say/", text="x", key=key())[0] for _ in range(limits.MESSAGES_A_MINUTE + 1)]
    assert (sent[-2:], set(sent[:-1])) == ([200, 429], {200})
    begun = [widget.post("start/", text="x", key=key())[0] for _ in range(limits.STARTS_A_MINUTE)]
    assert (begun[-1], set(begun[:-1])) == (429, {200})


@pytest.mark.rule("S9", "I9", "P1")
@pytest.mark.parametrize(
    ("email", "there", "words"),
    [
        ("rita@oakfield.example", False, "will reply by Monday 23 November 2026 at 13:00"),
        ("hugo@hillside.example", True, "next visit"),
    ],
)
def test_with_nobody_to_chat_it_takes_a_request_and_promises(
    widget: Widget, cast: Cast, email: str, there: bool, words: str
) -> None:
    with open_scope(cast.staff_scope()):
        presence_set(person=cast.person("tess"), takes_chats=there)
    assert widget.prove(email)["open"] is False
    once = key()
    for _ in range(2):
        assert words in widget.post("start/", text="No sound", key=once)[1]["request"]
    with open_scope(cast.staff_scope()):
        assert Ticket.objects.get().channel == Channel.PORTAL
        assert not Chat.objects.exists()


def test_the_frame_stands_on_listed_sites_alone_and_sets_no_cookie(widget: Widget, cast: Cast) -> None:
    page = widget.client.get(BASE + "frame/", headers={"Referer": f"{SITE}/"})
    policy = page.headers["Content-Security-Policy"]
    assert f"frame-ancestors http://localhost:9000 {SITE}" in policy
    assert "X-Frame-Options" not in page.headers
    assert f'data-parent="{SITE}"' in page.content.decode()
    assert not page.cookies
    other = widget.client.get(BASE + "frame/", headers={"Referer": "https://evil.example/"})
    assert 'data-parent=""' in other.content.decode()
    with open_scope(cast.staff_scope(name="ada")):
        chat_settings_save(is_on=True, sites=[])
    assert "frame-ancestors 'none'" in widget.client.get(BASE + "frame/").headers["Content-Security-Policy"]
    # Every other page stays unframed.
    assert widget.client.get("/account/login/").headers["X-Frame-Options"] == "DENY"


def test_the_button_learns_whether_we_are_there_and_its_words_on_listed_sites(
    widget: Widget, cast: Cast
) -> None:
    with open_scope(cast.staff_scope()):
        chat_settings_save(is_on=True, sites=[SITE], open_words="Sgwrsio", away_words="")
        with pytest.raises(ValidationError):
            chat_settings_save(is_on=True, sites=[SITE], open_words="x" * 41)
    words = {"open": "Sgwrsio", "away": "Leave us a message", "close": "Close the chat"}
    for origin, shown in ((SITE, SITE), ("https://evil.example", None)):
        answer = widget.client.get(BASE + "status/", headers={"Origin": origin})
        assert answer.json() == {"open": True, "words": words}
        assert answer.headers.get("Access-Control-Allow-Origin") == shown


def test_the_script_is_small_and_our_own(widget: Widget) -> None:
    answer = widget.client.get(BASE + "widget.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert len(answer.content) < 30_000
    assert not answer.cookies


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("www.Example.org", "https://www.example.org"),
        ("https://example.org:8443/a?b", "https://example.org:8443"),
        ("http://localhost:9000", "http://localhost:9000"),
        ("http://example.org", None),
        ("https://*.example.org", None),
        ("https://a; script-src *", None),
        ("https://user@example.org", None),
        ("javascript:alert(1)", None),
        ("https://example.org:x", None),
        ("", None),
    ],
)
def test_what_is_an_address_of_a_site(address: str, origin: str | None) -> None:
    assert origin_of(address) == origin
