"""Who asks is known before an account is changed (Rule T6)."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tickets.errors import WrongState
from tickets.identity import identity_is_missing
from tickets.models import Category, Channel, IdentityCheck, IdentityMethod, Message, Passphrase, Ticket
from tickets.services.identity import (
    LOCKED_FOR,
    TRIES,
    identity_overrule,
    identity_policy_set,
    identity_verify,
    passphrase_set,
)
from tickets.services.opening import ticket_open
from tickets.services.work import ticket_close, ticket_fix

pytestmark = [pytest.mark.django_db, pytest.mark.rule("T6")]

SAID = "Four green bottles"


def account_ticket(cast: Cast, key: str = "account") -> Ticket:
    """Rita wants a new password. Needs an open scope of the staff."""
    return ticket_open(
        customer=cast.customer(),
        requester=cast.person("rita"),
        subject="New password",
        text="Please",
        channel=Channel.EMAIL,
        category=Category.objects.get(key=key),
        assignee=cast.person("tess"),
    )


def fix(ticket: Ticket, cast: Cast) -> Message:
    return ticket_fix(ticket=ticket, author=cast.person("tess"), text="Done")


def test_nothing_is_called_fixed_before_the_caller_is_verified(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        ticket, tess = account_ticket(cast), cast.person("tess")
        with pytest.raises(WrongState, match="not verified"):
            fix(ticket, cast)
        ian = cast.person("ian")
        assert identity_verify(ticket=ticket, method=IdentityMethod.CONTACT, by=tess, contact=ian)
        fix(ticket, cast)
        ticket_close(ticket=ticket)
        check = IdentityCheck.objects.get(ticket=ticket)
        assert (check.by, check.person.name, check.evidence) == (tess, "Rita", "Approved by Ian.")
        assert check.at <= timezone.now()


def test_what_is_no_change_of_an_account_asks_for_nothing(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        other = Category.objects.exclude(key="account").order_by("pk")[0]
        fix(account_ticket(cast, other.key), cast)
        account = account_ticket(cast)
        identity_policy_set(methods=[], categories=Category.objects.filter(key="account"))
        fix(account, cast)  # the provider asks for none
        identity_policy_set(methods=["contact"], categories=[other])
        assert identity_is_missing(account_ticket(cast, other.key))
        assert not identity_is_missing(account_ticket(cast))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"method": "call_back", "number": "01632 960999"}, "number"),
        ({"method": "contact"}, "contact"),
        ({"method": "contact", "who": "rita"}, "contact"),
        ({"method": "contact", "who": "remy"}, "contact"),
        ({"method": "contact", "who": "hana"}, "contact"),
        ({"method": "guess"}, "method"),
    ],
)
def test_a_number_from_the_call_and_anybody_else_prove_nothing(
    cast: Cast, given: dict[str, str], field: str
) -> None:
    with open_scope(cast.scope("tess")):
        ticket = account_ticket(cast)
        who = cast.person(given["who"]) if "who" in given else None
        with pytest.raises(ValidationError) as refused:
            identity_verify(
                ticket=ticket,
                method=given["method"],
                by=cast.person("tess"),
                number=given.get("number", ""),
                contact=who,
            )
        assert list(refused.value.message_dict) == [field]
        assert identity_is_missing(ticket)


def test_a_call_back_on_a_known_number(cast: Cast) -> None:
    with open_scope(cast.scope("tess")):
        rita = cast.person("rita")
        rita.phone = "01632 960111"
        rita.save()
        ticket = account_ticket(cast)
        assert identity_verify(
            ticket=ticket, method="call_back", by=cast.person("tess"), number="01632 960111"
        )


def test_a_passphrase_is_kept_as_a_hash_and_its_tries_are_few(cast: Cast) -> None:
    with open_scope(cast.scope("rita")):
        rita = cast.person("rita")
        with pytest.raises(ValidationError):
            passphrase_set(customer=cast.customer(), person=rita, words="short", by=rita)
        passphrase_set(customer=cast.customer(), person=rita, words=SAID, by=rita)
    with open_scope(cast.scope("tess")):
        ticket, tess = account_ticket(cast), cast.person("tess")

        def tried(words: str) -> bool:
            return bool(identity_verify(ticket=ticket, method="passphrase", by=tess, words=words))

        row = Passphrase.objects.get()
        assert "green" not in row.digest
        for _ in range(TRIES):
            assert not tried("five green bottles")
        with pytest.raises(WrongState, match="Too many"):
            tried(SAID)
        Passphrase.objects.update(locked_until=timezone.now() - LOCKED_FOR)
        assert tried(" four GREEN bottles ")
        assert not Message.objects.filter(text__icontains="bottles").exists()


def test_a_lead_can_say_why_not(cast: Cast) -> None:
    with open_scope(cast.scope("lena")):
        ticket = account_ticket(cast)
        with pytest.raises(ValidationError):
            identity_overrule(ticket=ticket, by=cast.person("lena"), reason=" ")
        identity_overrule(ticket=ticket, by=cast.person("lena"), reason="Rita stands beside me")
        fix(ticket, cast)
        assert IdentityCheck.objects.get(ticket=ticket).overruled


def test_the_pages(cast: Cast, signed_in: Callable[[str], Client]) -> None:
    """Rita's IT lead sets her passphrase in the portal; the technician verifies on the ticket's page."""
    with open_scope(cast.scope("ian")):
        membership = cast.person("rita").customer_memberships.get().pk
    set_it = {"membership": membership, "words": SAID, "again": SAID}
    portal = "/alder/portal/passphrase/"
    assert signed_in("ian").post(portal, {**set_it, "again": "other words"}).status_code == 422
    assert signed_in("remy").post(portal, set_it).status_code == 422, "somebody else's is not offered"
    done = signed_in("ian").post(portal, set_it, follow=True)
    assert "The passphrase of Rita is set." in done.content.decode()
    assert SAID not in done.content.decode()
    with open_scope(cast.scope("tess")):
        path = f"/alder/desk/tickets/{account_ticket(cast).number}/"
    tess = signed_in("tess")
    page = tess.get(path).content.decode()
    assert "Caller not verified" in page
    assert 'id="do-unverified"' not in page, "a technician cannot overrule it"
    version = {"text": "Done", "version": 1}
    stopped = tess.post(f"{path}fix/", version)
    assert stopped.status_code == 422
    assert "Verify who asked first" in stopped.content.decode()
    wrong = tess.post(f"{path}verify/", {"method": "passphrase", "passphrase": "no such words"}, follow=True)
    assert "not this person" in wrong.content.decode()
    with open_scope(cast.scope("tess")):
        assert Passphrase.objects.get().failures == 1, "a wrong try is kept"
    tess.post(f"{path}verify/", {"method": "passphrase", "passphrase": SAID})
    after = tess.get(path).content.decode()
    assert "Caller not verified" not in after
    assert "The passphrase was right." in after
    assert SAID not in after
    assert 'id="do-unverified"' in signed_in("lena").get(_another(cast)).content.decode()


def _another(cast: Cast) -> str:
    with open_scope(cast.scope("tess")):
        return f"/alder/desk/tickets/{account_ticket(cast).number}/"
