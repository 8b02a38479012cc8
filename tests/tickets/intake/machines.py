"""Mail of machines in the shapes that real systems send, made in code; each by name. None of it may be answered."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage

from tests.tickets.intake.mails import SUPPORT, mail

RITA = "Rita <rita@oakfield.example>"
OURS = "<ours@alder.example>"
STATUS = "Reporting-MTA: dns; mx.oakfield.example\n\nFinal-Recipient: rfc822; gone@oakfield.example\nAction: {action}\n"
EXCHANGE = "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@oakfield.example"


def machine_mail() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each."""
    for name, (sender, subject, text) in _DELIVERY.items():
        for shape in (_report, _bare_report, _plain):
            yield f"{name}, {shape.__name__}", shape(sender, subject, text)
    for name, message in _ODD_REPORTS.items():
        yield name, message()
    for number, subject in enumerate(_AWAY):
        yield f"away {number}", mail(subject=subject, text="I am back on Monday.\n").as_bytes()
    for number, headers in enumerate(_ANSWERED):
        for sender in (RITA, "sid@elsewhere.example", "x@gmail.com"):
            yield f"answered {number} {sender}", mail(sender, "Re: Your request", **headers).as_bytes()
    for number, sender in enumerate(_SENDERS):
        yield f"sender {number}", mail(sender, "Your copy").as_bytes()
    for name, message in _RECEIPTS.items():
        yield name, message()


def _head(sender: str, subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, SUPPORT, subject
    return message


def _report(sender: str, subject: str, text: str, *, action: str = "failed") -> bytes:
    """As RFC 3464 has it."""
    head = _head(sender, subject)
    head["Return-Path"], head["Auto-Submitted"] = "<>", "auto-replied"
    return _parts(head, "report; report-type=delivery-status", text, STATUS.format(action=action))


def _bare_report(sender: str, subject: str, text: str) -> bytes:
    """Its parts are there, but not one header that says so."""
    return _parts(_head(sender, subject), "mixed", text, STATUS.format(action="failed"))


def _plain(sender: str, subject: str, text: str) -> bytes:
    """Words only, from before there were reports."""
    message = _head(sender, subject)
    message.set_content(f"{text}\n\n--- Below this line is a copy of the message.\n\nMessage-ID: {OURS}\n")
    return message.as_bytes()


def _parts(head: EmailMessage, kind: str, text: str, status: str) -> bytes:
    parts = (
        f"Content-Type: text/plain\n\n{text}\n",
        f"Content-Type: message/delivery-status\n\n{status}\n",
        f"Content-Type: message/rfc822\n\nMessage-ID: {OURS}\nFrom: {SUPPORT}\nSubject: s\n\nx\n",
    )
    content = "".join(f"--b\n{part}" for part in parts)
    return (
        head.as_bytes().rstrip()
        + f"\nContent-Type: multipart/{kind}; boundary=b\n\n{content}--b--\n".encode()
    )


# Name -> sender, subject, first words.
_DELIVERY: dict[str, tuple[str, str, str]] = {
    "Exchange Online": (
        f"Microsoft Outlook <{EXCHANGE}>",
        "Undeliverable: [ALD-1] Broken",
        "Your message to gone@oakfield.example couldn't be delivered.",
    ),
    "Exchange 2003": (
        "System Administrator <postmaster@oakfield.example>",
        "Undeliverable: Broken",
        "Your message did not reach some or all of the intended recipients.",
    ),
    "Exchange in German": (
        "Microsoft Outlook <postmaster@schule.example>",
        "Unzustellbar: Broken",
        "Fehler bei der Nachrichtenzustellung an folgende Empfänger:",
    ),
    "Exchange in French": (
        "postmaster@ecole.example",
        "Non remis : Broken",
        "Votre message n'a pas pu être remis.",
    ),
    "Postfix": (
        "MAILER-DAEMON@mx.oakfield.example (Mail Delivery System)",
        "Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.oakfield.example.",
    ),
    "Postfix, still trying": (
        "MAILER-DAEMON@mx.oakfield.example (Mail Delivery System)",
        "Delayed Mail (still being retried)",
        "This is the mail system at host mx.oakfield.example.",
    ),
    "Gmail": (
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "Delivery Status Notification (Failure)",
        "** Address not found **\n\nYour message wasn't delivered to gone@oakfield.example",
    ),
    "qmail": (
        "MAILER-DAEMON@oakfield.example",
        "failure notice",
        "Hi. This is the qmail-send program at oakfield.example.\nI'm afraid I wasn't able to deliver your message",
    ),
    "Exim": (
        "Mail Delivery System <Mailer-Daemon@oakfield.example>",
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.",
    ),
    "sendmail": (
        "Mail Delivery Subsystem <MAILER-DAEMON@oakfield.example>",
        "Returned mail: see transcript for details",
        "   ----- The following addresses had permanent fatal errors -----",
    ),
    "Domino": (
        "postmaster@oakfield.example",
        "DELIVERY FAILURE: User gone (gone@oakfield.example) not listed in Domino Directory",
        "Your message\n\n  Subject: Broken\n\nwas not delivered to:\n\n  gone@oakfield.example",
    ),
    "Mimecast": (
        "postmaster@mimecast.example",
        "[Postmaster] Email Delivery Failure",
        "This is a delivery failure notification message.",
    ),
    "a gateway with a name of its own": (
        "E500_SMTP_Mail_Service@elsewhere.example",
        "Returned Mail - Error During Delivery",
        "------ Failed Recipients ------\n\n<gone@oakfield.example>: mailbox unavailable.",
    ),
    "a gateway from an ordinary address": (
        "gateway@elsewhere.example",
        "RE: Broken : non remis (delivery failed)",
        "*******\nVotre message n'a pas pu etre delivre a\ngone@oakfield.example",
    ),
    "a stranger's own server": (
        "hostmaster@elsewhere.example",
        "Delivery failure notification",
        "Your message with Subject: Broken\ncould not be delivered to the following recipients:",
    ),
}

_ODD_REPORTS: dict[str, Callable[[], bytes]] = {
    "report without a type": lambda: _parts(_head(RITA, "Broken"), "report", "It failed", "Action: failed\n"),
    "delivered": lambda: _report("postmaster@oakfield.example", "Relayed: Broken", "Done", action="relayed"),
    "abuse report": lambda: _parts(
        _head("fbl@isp.example", "FW: Broken"),
        "report; report-type=feedback-report",
        "x",
        "Feedback-Type: abuse\n",
    ),
    "status alone": lambda: (
        b"From: x@elsewhere.example\nContent-Type: message/delivery-status\n\n" + STATUS.encode()
    ),
    "no sender but the null path": lambda: b"Return-Path: <>\nSubject: Delivery problem\n\nIt failed\n",
    "the daemon as path": lambda: mail(
        "helpdesk@elsewhere.example", "Thank you", Return_Path="<MAILER-DAEMON>"
    ).as_bytes(),
    "report within a mixed message": lambda: (
        b"From: x@elsewhere.example\nSubject: s\nContent-Type: multipart/mixed; boundary=o\n\n--o\n"
        + _parts(EmailMessage(), "report; report-type=delivery-status", "t", STATUS).lstrip()
        + b"--o--\n"
    ),
}

_AWAY = (
    "Automatic reply: [ALD-1] Broken",
    "Out of Office AutoReply: Broken",
    "Out of office",
    "Auto: Broken",
    "Autoreply: Re: Broken",
    "[Auto-Reply]",
    "Rita Roe is out of the office (returning 23/11/2026)",
    "Rita Roe is currently out of the office.",
    "Automatische Antwort: Broken",
    "Abwesenheitsnotiz: Broken",
    "Abwesend: Broken",
    "Réponse automatique : Broken",
    "Absence du bureau: Broken",
    "Respuesta automática: Broken",
    "Fuera de la oficina: Broken",
    "Resposta automática: Broken",
    "Risposta automatica: Broken",
    "Fuori ufficio: Broken",
    "Automatisch antwoord: Broken",
    "Afwezig: Broken",
    "Autosvar: Broken",
    "Automatiskt svar: Broken",
    "Automatisk svar: Broken",
    "Automaattinen vastaus: Broken",
    "Automatická odpověď: Broken",
    "Automatyczna odpowiedź: Broken",
    "Automatikus válasz: Broken",
    "Răspuns automat: Broken",
    "Автоматический ответ: Broken",
    "自動応答: Broken",
    "自动答复: Broken",
    "자동 회신: Broken",
    "Ymateb awtomatig: Broken",
    "Allan o'r swyddfa: Broken",
)

_ANSWERED: tuple[dict[str, str], ...] = (
    {"Auto_Submitted": "auto-replied (vacation)"},
    {"Auto_Submitted": "AUTO-GENERATED"},
    {"X_Autoreply": "yes"},
    {"X_Autorespond": "Out of office"},
    {"X_Autoresponder": "1"},
    {"X_Auto_Reply_From": "rita@oakfield.example"},
    {"X_Auto_Response_Suppress": "DR, RN, NRN, OOF, AutoReply"},
    {"X_Auto_Response_Suppress": "All"},
    {"Precedence": "auto_reply"},
    {"Precedence": "bulk"},
    {"Precedence": "Junk"},
    {"Precedence": "list"},
    {"Preference": "auto_reply"},
    {"X_POST_MessageClass": "9; Autoresponder"},
    {"X_OTRS_Loop": "true"},
    {"X_RT_Loop_Prevention": "desk"},
    {"X_FC_MachineGenerated": "true"},
    {"Return_Path": "<>"},
    {"List_Id": "<staff.oakfield.example>"},
    {"List_Unsubscribe": "<https://list.example/u>"},
    {"Mailing_List": "contact staff@list.example"},
    {"X_BeenThere": "staff@list.example"},
    {"X_Campaign": "spring"},
)

_SENDERS = (
    "noreply@elsewhere.example",
    "No-Reply@oakfield.example",
    "do_not_reply@oakfield.example",
    "drive-shares-noreply@google.example",
    "no-reply+8f3a@vendor.example",
    "ne-pas-repondre@ecole.example",
    "autoresponder@oakfield.example",
    "auto-reply@elsewhere.example",
    "mailer-daemon+x@oakfield.example",
    "Mail Delivery System <mds@oakfield.example>",
)


def _receipt(subject: str, kind: str) -> bytes:
    status = (
        "Final-Recipient: rfc822; rita@oakfield.example\nDisposition: automatic-action/MDN-sent-automatically"
    )
    return (
        _head(RITA, subject).as_bytes().rstrip()
        + f"\nContent-Type: multipart/{kind}; boundary=b\n\n".encode()
        + b"--b\nContent-Type: text/plain\n\nIt was displayed.\n"
        + f"--b\nContent-Type: message/disposition-notification\n\n{status}; displayed\n\n--b--\n".encode()
    )


def _invitation_answer(params: dict[str, str], words: str) -> bytes:
    message = mail(subject="Accepted: Visit")
    message.add_alternative(f"BEGIN:VCALENDAR\r\n{words}END:VCALENDAR\r\n", subtype="calendar", params=params)
    return message.as_bytes()


_RECEIPTS: dict[str, Callable[[], bytes]] = {
    "receipt": lambda: _receipt("Read: Broken", "report; report-type=disposition-notification"),
    "receipt without its type": lambda: _receipt("Gelesen: Broken", "report"),
    "receipt in a mixed message": lambda: _receipt("Lu : Broken", "mixed"),
    "receipt in words": lambda: mail(
        subject="Read: Broken",
        text="Your message\n\n  To: Support\n  Subject: Broken\n\nwas read on 20/11/2026.\n",
    ).as_bytes(),
    "invitation accepted": lambda: _invitation_answer({"method": "REPLY"}, ""),
    "invitation accepted, says the file": lambda: _invitation_answer({}, "METHOD:REPLY\r\n"),
    "an old calendar's answer": lambda: (
        b"From: rita@oakfield.example\nSubject: Declined: Visit\n"
        b"Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n"
    ),
}
