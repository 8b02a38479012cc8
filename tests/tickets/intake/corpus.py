"""Shapes of mail that are really sent, made in code; each by name with the end it must have."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

from tests.tickets.intake import torture
from tests.tickets.intake.mails import mail

FROM = b"From: Rita <rita@oakfield.example>\nTo: support@alder.example\n"


def shapes() -> dict[str, tuple[bytes, str]]:
    """Name -> (bytes, expected outcome)."""
    return {name: (make(), outcome) for name, (make, outcome) in (_SHAPES | torture.SHAPES).items()}


def library_messages() -> Iterator[tuple[str, bytes]]:
    """The data messages of Python's own e-mail tests, where they are installed."""
    try:
        from test import test_email  # type: ignore[import-not-found]
    except ImportError:
        return
    for file in sorted((Path(test_email.__file__).parent / "data").glob("msg_*.txt")):
        yield file.name, file.read_bytes()


def _eight_bit(charset: str, words: str) -> Callable[[], bytes]:
    head = f"Subject: x\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    return lambda: FROM + head.encode() + words.encode(charset)


def _raw(text: str) -> Callable[[], bytes]:
    return lambda: FROM + text.encode("utf-8", "surrogateescape")


def _with_files() -> bytes:
    message = mail(text="See the files", html="<p>See <img src='cid:pic@x'> the files</p>")
    rich = list(message.iter_parts())[1]
    assert isinstance(rich, EmailMessage)
    rich.add_related(b"\x89PNG", "image", "png", cid="<pic@x>")
    message.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="räume.csv")
    message.add_attachment(mail("x@y.example", subject="Forwarded"), filename="mail.eml")
    return message.as_bytes()


def _winmail() -> bytes:
    message = mail(text="")
    message.add_attachment(
        b"\x78\x9f\x3e\x22", maintype="application", subtype="ms-tnef", filename="winmail.dat"
    )
    return message.as_bytes()


def _invitation(method: str) -> Callable[[], bytes]:
    def make() -> bytes:
        message = mail(subject="Visit")
        calendar = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nEND:VCALENDAR\r\n"
        message.add_alternative(calendar, subtype="calendar", params={"method": method})
        return message.as_bytes()

    return make


def _report(kind: str) -> Callable[[], bytes]:
    return lambda: (
        FROM.replace(b"rita@", b"mailer-daemon@")
        + f"Subject: Undeliverable\nContent-Type: multipart/report; report-type={kind}; boundary=b\n\n".encode()
        + b"--b\nContent-Type: text/plain\n\nIt did not arrive.\n"
        + f"--b\nContent-Type: message/{kind}\n\nReporting-MTA: dns; x\n\nAction: failed\n\n".encode()
        + b"--b\nContent-Type: message/rfc822\n\nMessage-ID: <ours@alder.example>\nSubject: s\n\nx\n--b--\n"
    )


def _headed(**headers: str) -> Callable[[], bytes]:
    return lambda: mail(subject=headers.pop("subject", "Hello"), **headers).as_bytes()


def _nested(depth: int) -> Callable[[], bytes]:
    def make() -> bytes:
        message: EmailMessage = mail()
        for _ in range(depth):
            outer = mail(subject="Fwd: it")
            outer.add_attachment(message)
            message = outer
        return message.as_bytes()

    return make


def _bomb() -> bytes:
    head = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(500))
    return FROM + b"Subject: bomb\n" + head.encode()


def _chain() -> bytes:
    quoted = "".join(
        f"{'>' * level} On 1 May A <a@b.example> wrote:\n{'>' * level} line\n" for level in range(1, 60)
    )
    return mail(subject="Re: long", text=f"Still broken\n\nOn 2 May B wrote:\n{quoted}").as_bytes()


_SHAPES: dict[str, tuple[Callable[[], bytes], str]] = {
    "latin-1": (_eight_bit("iso-8859-1", "Caf\xe9 \xa3"), "ticket"),
    "utf-16": (_eight_bit("utf-16", "wide"), "ticket"),
    "iso-2022-jp": (_eight_bit("iso-2022-jp", "日本"), "ticket"),
    "gb2312": (_eight_bit("gb2312", "中文"), "ticket"),
    "koi8-r": (_eight_bit("koi8-r", "привет"), "ticket"),
    "utf-7": (_eight_bit("utf-7", "Käse"), "ticket"),
    "unknown charset": (_raw("Subject: x\nContent-Type: text/plain; charset=x-none\n\nhello £\n"), "ticket"),
    "charset is no charset": (
        _raw("Subject: x\nContent-Type: text/plain; charset=base64\n\naGk=\n"),
        "ticket",
    ),
    "wrong charset": (_raw("Subject: x\nContent-Type: text/plain; charset=us-ascii\n\nhello £\n"), "ticket"),
    "broken utf-8": (lambda: FROM + b"Subject: x\n\n\xff\xfe\xc3(\n", "ticket"),
    "raw bytes in the subject": (lambda: FROM + "Subject: Prüfung £\n\nx\n".encode("cp1252"), "ticket"),
    "broken encoded word": (_raw("Subject: =?utf-8?b?%%%?= =?x?q?=ZZ?=\n\nx\n"), "ticket"),
    "NUL bytes": (lambda: FROM + b"Subject: a\x00b\n\nc\x00d\n", "ticket"),
    "lone surrogates": (
        _raw("Subject: =?utf-7?q?+2AA-?=\nContent-Type: text/plain; charset=utf-7\n\n+2AA-\n"),
        "ticket",
    ),
    "no subject": (_raw("\nhello\n"), "ticket"),
    "no body": (_raw("Subject: nothing\n\n"), "ticket"),
    "no date, no id": (_raw("Subject: x\n\nx"), "ticket"),
    "absurd date": (_raw("Subject: x\nDate: Mon, 99 Foo 99999 99:99:99 +9999\n\nx\n"), "ticket"),
    "html only": (lambda: mail(text=None, html="<p>Hello<br>there</p>").as_bytes(), "ticket"),
    "files and inline picture": (_with_files, "ticket"),
    "winmail.dat": (_winmail, "ticket"),
    "invitation": (_invitation("REQUEST"), "ticket"),
    "invitation accepted": (_invitation("REPLY"), "ignored"),
    "forwarded four times": (_nested(4), "ticket"),
    "forwarded forty times": (_nested(45), "quarantined"),
    "bomb of parts": (_bomb, "quarantined"),
    "multipart without boundary": (_raw("Subject: x\nContent-Type: multipart/mixed\n\nhello\n"), "ticket"),
    "multipart cut off": (
        _raw("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhel"),
        "ticket",
    ),
    "broken base64": (_raw("Subject: x\nContent-Transfer-Encoding: base64\n\n!!!!a\n"), "ticket"),
    "unknown encoding": (_raw("Subject: x\nContent-Transfer-Encoding: x-zip\n\nhello\n"), "ticket"),
    "a header without end": (lambda: FROM + b"Subject: " + b"x" * 300_000 + b"\n\nhello\n", "ticket"),
    "many recipients": (lambda: FROM + b"Cc: " + b"a@b.example, " * 20_000 + b"c@d.example\n\nx\n", "ticket"),
    "comments in the sender": (
        lambda: b"From: " + b"(" * 3000 + b" rita@oakfield.example\nSubject: x\n\nx\n",
        "ticket",
    ),
    "long chain of answers": (_chain, "ticket"),
    "nothing": (lambda: b"", "quarantined"),
    "binary": (lambda: bytes(range(256)) * 20, "quarantined"),
    "no sender": (lambda: b"Subject: who\n\nme\n", "quarantined"),
    "sender is words": (lambda: b"From: nobody at all\nSubject: who\n\nme\n", "quarantined"),
    "sender cannot be answered": (
        lambda: b"From: a..b@oakfield.example\nSubject: who\n\nme\n",
        "quarantined",
    ),
    "bounce": (_report("delivery-status"), "ignored"),
    "read receipt": (_report("disposition-notification"), "ignored"),
    "null return path": (_headed(Return_Path="<>"), "ignored"),
    "vacation of Exchange": (
        _headed(
            subject="Automatic reply: broken", X_Auto_Response_Suppress="All", Auto_Submitted="auto-generated"
        ),
        "ignored",
    ),
    "vacation of Gmail": (
        _headed(Auto_Submitted="auto-replied", X_Autoreply="yes", Precedence="bulk"),
        "ignored",
    ),
    "vacation of Lotus": (
        _headed(subject="Rita is out of the office", Auto_Submitted="auto-generated"),
        "ignored",
    ),
    "list": (_headed(List_Id="<staff.oakfield.example>", Precedence="list"), "ignored"),
    "our own mail": (lambda: mail("support+t1.x@alder.example").as_bytes(), "ignored"),
}
