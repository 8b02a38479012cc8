"""What may be put into the outbox and told to people, and that each happens once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from accounts.models import Customer, Person, Provider
from accounts.services import contact_create, customer_create
from accounts.tenancy.scope import Scope, open_scope
from delivery import notices
from delivery.addresses import clean_sender, domain_of, one_line
from delivery.models import Notification, OutboundMail
from delivery.selectors import dead_rows, mail_backlog, unread_notifications
from delivery.services import mail_enqueue, notification_add, notification_read
from delivery.sweeper import sweep
from tests.delivery.mail_server import MailServer
from tests.delivery.making import inside, make_mail, make_notifications, make_provider

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wrong",
    [
        {"headers": {"X-One": "a\r\nBcc: all@school.example"}},
        {"headers": {"Bcc": "all@school.example"}},
        {"headers": {"message-ID": "<a@b>"}},
        {"headers": {"X One": "a"}},
        {"sender": "nobody"},
        {"sender": "Desk <help@north.example>, <x@y.example>\n"},
        {"message_id": "no address"},
        {"message_id": "<a@b>\r\n<c@d>"},
        {"purpose": "spam"},
    ],
)
def test_nothing_that_is_typed_adds_a_header(north: Provider, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        make_mail(north, **wrong)


@pytest.mark.parametrize(
    "recipient", ["", "pat", "pat@school.example\nBcc: x@y.example", "P <pat@school.example>"]
)
def test_recipients_are_bare_addresses(north: Provider, recipient: str) -> None:
    with pytest.raises(ValueError):
        make_mail(north, recipient)


def test_a_recipient_gets_one_copy(north: Provider) -> None:
    assert make_mail(north, "Pat@school.example", "pat@SCHOOL.example").recipients == ["Pat@school.example"]


def test_a_message_id_happens_once_for_a_provider(north: Provider, south: Provider) -> None:
    first = make_mail(north, message_id="step-7@north.example")
    assert make_mail(north, message_id="<step-7@north.example>").pk == first.pk
    assert make_mail(south, message_id="<step-7@north.example>").pk != first.pk


@given(st.text())
def test_one_line_is_one_line(words: str) -> None:
    line = one_line(words)
    assert line.isprintable()
    assert "  " not in line


@pytest.mark.parametrize(
    ("sender", "cleaned"),
    [
        ("help@north.example", "help@north.example"),
        ("North, South & Co <help@North.example>", '"North, South & Co" <help@North.example>'),
        ("Ysgol Fôn <help@north.example>", "Ysgol Fôn <help@north.example>"),
    ],
)
def test_senders(sender: str, cleaned: str) -> None:
    assert clean_sender(sender) == cleaned
    assert domain_of(cleaned) == "north.example"


@pytest.mark.rule("S14")
def test_a_key_is_told_once_to_each_person(ada: Person) -> None:
    with inside(ada):
        assert notification_add(person_id=ada.pk, key="1:warned", summary="Soon\ndue", path="/x") is not None
        assert notification_add(person_id=ada.pk, key="1:warned", summary="Soon due", path="/x") is None
        [row] = unread_notifications(ada.pk)
        assert row.summary == "Soon due"
        with pytest.raises(ValueError):
            notification_add(person_id=ada.pk, key="k" * 121, summary="Soon due", path="/x")
        assert notification_read(person_id=ada.pk) == 1
        assert not unread_notifications(ada.pk).exists()


def school(provider: Provider, slug: str) -> Customer:
    with inside(provider):
        return customer_create(slug=slug, name=slug.title())


@pytest.mark.rule("S14")
def test_a_key_told_in_another_customers_scope_is_known(north: Provider, ada: Person) -> None:
    oak, elm = school(north, "oak"), school(north, "elm")
    for customer, told in ((oak, True), (elm, False)):
        with open_scope(Scope(provider_id=north.pk, customers=frozenset({customer.pk}))):
            row = notification_add(
                person_id=ada.pk, key="same", summary="A call", path="/x", customer_id=customer.pk
            )
            assert (row is not None) is told


def test_a_school_may_cause_mail_about_itself(north: Provider) -> None:
    oak = school(north, "oak")
    with inside(north):
        contact_create(customer=oak, name="Pat", email="pat@oak.example")
    with open_scope(Scope(provider_id=north.pk, customers=frozenset({oak.pk}))):
        mail = make_mail_here(oak)
        assert OutboundMail.objects.get() == mail


def make_mail_here(customer: Customer) -> OutboundMail:
    return mail_enqueue(
        purpose="acknowledgement",
        recipients=["pat@oak.example"],
        subject="Got it",
        text="We have it.",
        customer_id=customer.pk,
    )


@pytest.mark.rule("S14")
@pytest.mark.parametrize(
    ("count", "mails"),
    [(1, 1), (notices.FEW, notices.FEW), (notices.FEW + 1, 1)],
)
def test_much_at_once_is_one_digest(ada: Person, smtp: MailServer, count: int, mails: int) -> None:
    make_notifications(ada, count)
    assert sweep().done["mail"] == mails
    assert sum(taken.message.get_content().count("Step ") for taken in smtp.taken) == count
    assert all(taken.message["Auto-Submitted"] == "auto-generated" for taken in smtp.taken)
    with inside(ada):
        assert Notification.objects.filter(wake_at__isnull=True, mail__isnull=False).count() == count
    assert sweep().done["mail"] == 0


@pytest.mark.rule("S14", "T2")
def test_a_digest_goes_over_several_schools(ada: Person, smtp: MailServer) -> None:
    with inside(ada):
        for number in range(notices.FEW + 1):
            school = customer_create(slug=f"oak-{number}", name="Oak", domains=())
            notification_add(
                person_id=ada.pk,
                customer_id=school.pk,
                key=f"k{number}",
                summary="Something is due",
                path="/x",
            )
    assert sweep().failed["notifications"] == 0
    assert len(smtp.taken) == 1
    with inside(ada):
        [mail] = OutboundMail.objects.all()
        assert mail.customer_id is None
        assert Notification.objects.filter(mail=mail).count() == notices.FEW + 1


@pytest.mark.rule("S14")
def test_late_ones_are_marked_and_come_together(ada: Person, smtp: MailServer) -> None:
    make_notifications(ada, 2, is_late=True)
    sweep()
    [taken] = smtp.taken
    assert taken.message.get_content().count("(late)") == 2
    with inside(ada):
        notification_add(person_id=ada.pk, key="one more", summary="Missed", path="/x", is_late=True)
    sweep()
    assert smtp.taken[1].message["Subject"] == "Late: Missed"


def test_words_go_out_as_they_are(ada: Person, smtp: MailServer, settings: Settings) -> None:
    with inside(ada):
        notification_add(
            person_id=ada.pk, key="k", summary="Oak & Elm's <printer>", path="/north/desk/7/", detail="a < b"
        )
    sweep()
    text = smtp.taken[0].message.get_content()
    assert "Oak & Elm's <printer>" in text
    assert "a < b" in text
    assert f"{settings.BASE_URL}/north/desk/7/" in text
    assert text.startswith("Hello Ada,")


def test_who_has_read_it_or_left_gets_no_mail(ada: Person, smtp: MailServer) -> None:
    make_notifications(ada, 1)
    with inside(ada):
        notification_read(person_id=ada.pk)
    sweep()
    with inside(ada):
        Person.objects.update(is_active=False)
        notification_add(person_id=ada.pk, key="k", summary="s", path="/x")
    sweep()
    assert not smtp.taken


def test_the_state_of_the_outbox(north: Provider, smtp: MailServer) -> None:
    smtp.for_recipient = {"gone@school.example": "550 No"}
    make_mail(north, "gone@school.example")
    sweep()
    smtp.for_data = "451 Later"
    waiting = make_mail(north)
    sweep()
    make_mail(make_provider("east", "East"))
    with inside(north):
        backlog = mail_backlog()
        assert (backlog.waiting, backlog.trying_again, backlog.dead) == (1, 1, 1)
        assert backlog.oldest == waiting.created_at
        assert [name for name, rows in dead_rows().items() if rows.count() == 1] == ["mail"]
