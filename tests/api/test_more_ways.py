"""Call-backs, chats, quotes and promise figures over REST (rules I4, I5, I7, P1, S6)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.tenancy.scope import open_scope
from api.reference import document
from chat.models import Chat, ChatOrigin
from chat.services.conversation import chat_say
from quotes.models import Quote, QuoteLine, QuoteState
from tests.api.conftest import Api, MakeToken
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.rule("I7")]


@pytest.fixture
def number(school: Api) -> int:
    return int(school.post("tickets", {"subject": "Printer", "text": "Jam"}).json()["number"])


@pytest.mark.rule("I5")
def test_a_call_is_agreed_moved_and_made_by_the_desk_alone(desk: Api, school: Api, number: int) -> None:
    at, later = (timezone.now() + timedelta(hours=hours) for hours in (2, 5))
    path, body = f"tickets/{number}/call-backs", {"at": at.isoformat(), "phone": "01632 960001"}
    assert school.post(path, body).status_code == 403
    assert school.get("call-backs").status_code == 403
    wrong = desk.post(path, {**body, "at": "2020-01-01T00:00:00Z"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/at")
    made = desk.post(path, body)
    assert (made.status_code, made.json()["technician"]["name"]) == (201, "Tess")
    key = made.json()["id"]
    moved = desk.post(f"call-backs/{key}/move", {"at": later.isoformat()}).json()
    assert moved["agreed_at"] > made.json()["agreed_at"]
    done = desk.post(f"call-backs/{key}/done", {"outcome": "message", "again_at": later.isoformat()})
    assert (done.status_code, done.json()["outcome"]) == (200, "message")
    assert desk.post(f"call-backs/{key}/done", {"outcome": "reached"}).status_code == 422
    [next_one] = desk.get("call-backs", is_done="false").json()["results"]
    assert next_one["id"] != key


@pytest.mark.rule("I4")
def test_a_chat_is_read_with_its_transcript_by_the_desk_and_its_own_person(
    desk: Api, school: Api, make_token: MakeToken, cast: Cast
) -> None:
    with open_scope(cast.staff_scope()):
        now = timezone.now()
        chat = Chat.objects.create(
            customer=cast.customer(),
            person=cast.person("rob"),
            origin=ChatOrigin.PORTAL,
            started_at=now,
            seen_at=now,
        )
        chat_say(chat=chat, text="No sound", key=str(uuid4()))
    [listed] = desk.get("chats", state="waiting").json()["results"]
    assert (listed["id"], listed["ticket"], listed["customer"]["slug"]) == (chat.pk, None, "oakfield")
    own = Api(make_token("rob", "oakfield"))
    for api in (desk, own):
        assert [line["text"] for line in api.get(f"chats/{chat.pk}").json()["messages"]] == ["No sound"]
    assert school.get(f"chats/{chat.pk}").status_code == 404  # nor do its leads


@pytest.mark.rule("P1", "T3")
def test_a_quote_is_asked_for_and_decided_by_the_relationship_owner(
    desk: Api, school: Api, make_token: MakeToken, cast: Cast, number: int
) -> None:
    asked = desk.post(f"tickets/{number}/quotes", {"wanted": "A new printer"})
    assert (asked.status_code, asked.json()["state"], asked.json()["wanted"]) == (
        201,
        "draft",
        "A new printer",
    )
    assert desk.post(f"tickets/{number}/quotes", {"wanted": "Two"}).status_code == 409
    path = f"quotes/{asked.json()['id']}"
    assert school.get(path).status_code == 404  # not sent yet
    with open_scope(cast.staff_scope()):
        quote = Quote.objects.get(pk=asked.json()["id"])
        QuoteLine.objects.create(
            customer_id=quote.customer_id,
            quote=quote,
            position=1,
            description="Printer",
            quantity=2,
            unit_price=50,
        )
        quote.state, quote.sent_at = QuoteState.SENT, timezone.now()
        quote.valid_until = timezone.localdate() + timedelta(days=9)
        quote.save()
    shown: dict[str, Any] = school.get(path).json()
    assert (shown["net"], shown["vat"], shown["gross"], shown["wanted"]) == (
        "100.00",
        "20.00",
        "120.00",
        None,
    )
    assert school.post(f"{path}/accept", {}).status_code == 403  # the IT lead does not decide
    assert desk.post(f"{path}/accept", {}).status_code == 403
    owner = Api(make_token("rob", "oakfield"))
    done = owner.post(f"{path}/accept", {"purchase_order": "PO 7"})
    assert (done.status_code, done.json()["state"], done.json()["purchase_order"]) == (
        200,
        "accepted",
        "PO 7",
    )
    assert owner.post(f"{path}/decline", {}).status_code == 422


@pytest.mark.rule("S6")
def test_how_promises_were_kept_by_level(desk: Api, school: Api, number: int) -> None:
    desk.post(f"tickets/{number}/messages", {"text": "Pull the tray"})
    found = desk.get("promises", customer="oakfield").json()
    replies = next(one for one in found["promises"] if one["kind"] == "response")
    assert replies["total"]["kept"] == sum(one["tally"]["kept"] for one in replies["levels"]) == 1
    assert (replies["total"]["kept_percent"], found["is_running"]) == (100.0, True)
    assert desk.get("promises", customer="oakfield", quarter="2026Q9").status_code == 422
    assert desk.get("promises").status_code == 422
    assert school.get("promises", customer="oakfield").status_code == 403


def test_every_writing_operation_names_the_idempotency_key() -> None:
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            names = {one["name"] for one in operation.get("parameters", [])}
            assert ("Idempotency-Key" in names) == (method == "post"), path
