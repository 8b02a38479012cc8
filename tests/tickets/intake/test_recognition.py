"""Mail of machines is known for what it is, and never causes mail."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.tenancy.scope import open_scope
from delivery.models import OutboundMail
from tests.cast import Cast
from tests.tickets.intake.conftest import Take
from tests.tickets.intake.mails import mail
from tickets.intake.parsing import mail_parse
from tickets.intake.recognition import Automatic, recognise
from tickets.models import Ticket

OWN = frozenset({"support@alder.example"})
AUTOMATIC = [
    ({"Auto_Submitted": "auto-replied"}, Automatic.AUTO_REPLY),
    ({"Auto_Submitted": "auto-notified; owner-email=x@y.example"}, Automatic.AUTO_REPLY),
    ({"Auto_Submitted": "auto-generated (machine)"}, Automatic.AUTO_GENERATED),
    ({"Auto_Submitted": "anything-else"}, Automatic.AUTO_GENERATED),
    ({"X_Auto_Response_Suppress": "OOF, AutoReply"}, Automatic.AUTO_GENERATED),
    ({"X_Autoreply": "yes"}, Automatic.AUTO_REPLY),
    ({"X_Autorespond": "out"}, Automatic.AUTO_REPLY),
    ({"X_Precedence": "auto_reply"}, Automatic.AUTO_REPLY),
    ({"Precedence": "bulk"}, Automatic.BULK),
    ({"Precedence": " Junk "}, Automatic.BULK),
    ({"Precedence": "list"}, Automatic.MAILING_LIST),
    ({"List_Id": "Staff <staff.oakfield.example>"}, Automatic.MAILING_LIST),
    ({"List_Unsubscribe": "<mailto:x@y.example>"}, Automatic.MAILING_LIST),
    ({"Return_Path": "<>"}, Automatic.AUTO_GENERATED),
    ({"X_Failed_Recipients": "x@y.example"}, Automatic.BOUNCE),
    ({"subject": "Automatic reply: broken"}, Automatic.AUTO_REPLY),
    ({"subject": "Out of Office: broken"}, Automatic.AUTO_REPLY),
    ({"subject": "Out of office"}, Automatic.AUTO_REPLY),
    ({"subject": "Ymateb awtomatig: wedi torri"}, Automatic.AUTO_REPLY),
    ({"sender": "MAILER-DAEMON@oakfield.example"}, Automatic.BOUNCE),
    ({"sender": "no-reply@oakfield.example"}, Automatic.AUTO_GENERATED),
    ({"sender": "Support+t1.x@Alder.example"}, Automatic.LOOP),
]
OF_PEOPLE = [
    {},
    {"Auto_Submitted": "no"},
    {"Return_Path": "<rita@oakfield.example>"},
    {"Precedence": "normal"},
    {"X_Auto_Response_Suppress": "None"},
    {"subject": "Out of office message does not work"},
    {"subject": "Automatic reply must be switched off"},
    {"subject": "Undeliverable mail again, please help"},
    {"subject": "Undeliverable: what does this mean?", "text": "Hello, I get this answer from Hillside."},
    {"subject": "Read: access to the shared drive", "text": "Please give me read access."},
    {"subject": "Absence: the Year 7 report does not load"},
    {"subject": "Auto enrolment is broken"},
    {"subject": "Out of office - how do I set it up?"},
    {"subject": "Automated reply wanted"},
    {
        "subject": "Delivery of the new projector",
        "text": "Your message about the projector was not clear to me.",
    },
    {"subject": "Returned mail", "sender": "ndr.smith@oakfield.example"},
    {"sender": "Noreen Plyson <noreen.plyson@oakfield.example>"},
    {"sender": "System Administrator <it@oakfield.example>", "subject": "The mail server is down"},
    {"sender": "admin@oakfield.example"},
    {"X_Auto_Response_Suppress": "DR, RN, NRN"},
    {"Disposition_Notification_To": "rita@oakfield.example"},
    # The support address is a group that forwards to the mailbox.
    {
        "List_Id": "<support.alder.example>",
        "List_Post": "<mailto:support@alder.example>",
        "Precedence": "list",
    },
]


@pytest.mark.rule("I2")
@pytest.mark.parametrize(("headers", "reason"), AUTOMATIC)
def test_mail_of_machines(headers: dict[str, str], reason: Automatic) -> None:
    assert recognise(mail_parse(mail(**headers).as_bytes()), own_addresses=OWN) is reason


@pytest.mark.rule("I2")
@pytest.mark.parametrize("headers", OF_PEOPLE)
def test_mail_of_people(headers: dict[str, str]) -> None:
    assert recognise(mail_parse(mail(**headers).as_bytes()), own_addresses=OWN) is None


@pytest.mark.rule("I2")
def test_what_only_looks_like_a_machines_is_a_known_persons() -> None:
    parsed = mail_parse(mail("postmaster@oakfield.example", Feedback_ID="x:AmazonSES").as_bytes())
    assert recognise(parsed) is Automatic.BOUNCE
    assert recognise(parsed, is_contact=True) is None


@pytest.mark.rule("I2")
@pytest.mark.parametrize("sure", [{"sender": "mailer-daemon@x.example"}, {"Auto_Submitted": "auto-replied"}])
def test_what_is_surely_a_machines_stays_it_whoever_is_known(sure: dict[str, str]) -> None:
    assert recognise(mail_parse(mail(**sure).as_bytes()), is_contact=True)


@pytest.mark.rule("I2", "T5")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.lists(st.sampled_from([headers for headers, _ in AUTOMATIC]), min_size=1, max_size=4),
    sender=st.sampled_from(
        ["rita@oakfield.example", "sid@elsewhere.example", "x@gmail.com", "tess@alder.example"]
    ),
    answers=st.booleans(),
)
def test_mail_of_machines_never_causes_mail(
    cast: Cast, take: Take, chosen: list[dict[str, str]], sender: str, answers: bool
) -> None:
    headers = {"sender": sender, **{name: value for one in chosen for name, value in one.items()}}
    if answers:
        headers["In_Reply_To"] = "<thread@oakfield.example>"
        take(mail(message_id="<thread@oakfield.example>"))
    with open_scope(cast.staff_scope()):
        before = (OutboundMail.objects.count(), Ticket.objects.count())
    (outcome,) = take(mail(**headers))
    assert outcome.outcome == "ignored"
    with open_scope(cast.staff_scope()):
        assert (OutboundMail.objects.count(), Ticket.objects.count()) == before
