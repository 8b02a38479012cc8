"""Messages of people that ask much of a reader: signed, encrypted, broken, enormous; each with the end it must have."""

from collections.abc import Callable
from email.message import EmailMessage

from tests.tickets.intake.mails import mail

FROM = b"From: Rita <rita@oakfield.example>\nTo: support@alder.example\nSubject: It is broken\n"
PLAIN = b"Content-Type: text/plain\n\n"
SCRIPTS = (
    "<html><head><style>@import url(https://x.example/a.css); body{background:url(https://x.example/b)}</style>"
    "<script>alert(1)</script></head><body onload='alert(2)'><svg onload='alert(3)'><use href='https://x.example/#s'/>"
    "<script>alert(4)</script></svg><form action='https://x.example/'><input autofocus onfocus='alert(5)'></form>"
    "<a href='javascript:alert(6)'>click</a><img src='https://x.example/pixel.gif' width=1 height=1>"
    "<iframe src='https://x.example/'></iframe><math><mtext></p><img src=x onerror=alert(7)></mtext></math>"
    "<p>It stays dark</p></body></html>"
)


def _multi(kind: str, *parts: bytes) -> Callable[[], bytes]:
    content = b"".join(b"--b\n" + part + b"\n" for part in parts)
    return lambda: FROM + f"Content-Type: multipart/{kind}; boundary=b\n\n".encode() + content + b"--b--\n"


def _single(head: str, body: bytes = b"hello\n") -> Callable[[], bytes]:
    return lambda: FROM + head.encode() + b"\n\n" + body


def _parts(number: int) -> Callable[[], bytes]:
    return _multi("mixed", *[PLAIN + b"part"] * number)


def _nested_multiparts(depth: int) -> Callable[[], bytes]:
    def make() -> bytes:
        inner = PLAIN + b"deep\n"
        for level in range(depth):
            head = f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n'
            inner = head.encode() + inner + f"\n--b{level}--\n".encode()
        return FROM + inner

    return make


def _forwarded(times: int) -> EmailMessage:
    words = "It stays dark.\n"
    for number in range(times):
        words = f"-----Original Message-----\nFrom: P{number}\nSent: Monday\nTo: X\nSubject: s\n\n{words}"
    return mail(subject="FW: FW: broken", text=f"Please see below.\n\n{words}")


SHAPES: dict[str, tuple[Callable[[], bytes], str]] = {
    "S/MIME signed": (
        _multi(
            'signed; protocol="application/pkcs7-signature"; micalg=sha-256',
            PLAIN + b"signed words",
            b"Content-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\nMIAG\n",
        ),
        "ticket",
    ),
    "S/MIME encrypted": (
        _single(
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
            "Content-Transfer-Encoding: base64",
            b"MIAGCSqGSIb3DQEHA6CAMIACAQAxggFd\n",
        ),
        "ticket",
    ),
    "PGP signed": (
        _multi(
            'signed; protocol="application/pgp-signature"; micalg=pgp-sha256',
            PLAIN + b"signed words",
            b"Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n-----END PGP SIGNATURE-----\n",
        ),
        "ticket",
    ),
    "PGP encrypted": (
        _multi(
            'encrypted; protocol="application/pgp-encrypted"',
            b"Content-Type: application/pgp-encrypted\n\nVersion: 1\n",
            b"Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n",
        ),
        "ticket",
    ),
    "PGP in the text": (
        lambda: FROM + b"\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhi\n",
        "ticket",
    ),
    "asks for a receipt": (
        lambda: mail(
            Disposition_Notification_To="rita@oakfield.example", Return_Receipt_To="r@x.example"
        ).as_bytes(),
        "ticket",
    ),
    "invitation cancelled": (
        _single("Content-Type: text/calendar; method=CANCEL", b"BEGIN:VCALENDAR\nMETHOD:CANCEL\n"),
        "ticket",
    ),
    "forwarded down a chain": (lambda: _forwarded(30).as_bytes(), "ticket"),
    "digest": (_multi("digest", b"\n" + FROM + b"\none\n", b"\n" + FROM + b"\ntwo\n"), "ticket"),
    "part of a message": (_single("Content-Type: message/partial; id=1; number=1; total=2"), "ticket"),
    "body elsewhere": (
        _single(
            "Content-Type: message/external-body; access-type=URL; URL=https://x.example/",
            b"Content-Type: a/b\n\n",
        ),
        "ticket",
    ),
    "uuencoded in the text": (lambda: FROM + b"\nsee\n\nbegin 644 a.txt\n#86)C\n`\nend\n", "ticket"),
    "flowed": (
        _single("Content-Type: text/plain; format=flowed; delsp=yes", b"It stays \ndark.\n"),
        "ticket",
    ),
    "enriched": (_single("Content-Type: text/enriched", b"<bold>dark</bold>\n"), "ticket"),
    "html with scripts and pictures of elsewhere": (
        lambda: mail(text=None, html=SCRIPTS).as_bytes(),
        "ticket",
    ),
    "svg as a file": (
        _multi(
            "mixed", PLAIN + b"see", b"Content-Type: image/svg+xml; name=a.svg\n\n<svg onload='alert(1)'/>\n"
        ),
        "ticket",
    ),
    "bare carriage returns": (lambda: FROM.replace(b"\n", b"\r") + b"\rIt\rstays\rdark\r", "ticket"),
    "mixed line ends": (lambda: FROM + b"X-A: b\r\nX-C: d\r\n\r\nIt\rstays\ndark\r\n", "ticket"),
    "line ends of mail": (lambda: mail().as_bytes().replace(b"\n", b"\r\n"), "ticket"),
    "a mark of byte order first": (lambda: b"\xef\xbb\xbf" + FROM + b"\nhello\n", "ticket"),
    "mbox line first": (
        lambda: b"From rita@oakfield.example Fri Nov 20 16:00:00 2026\n" + FROM + b"\nhi\n",
        "ticket",
    ),
    "8-bit headers": (
        lambda: b"From: J\xfcrgen <rita@oakfield.example>\nX-\xe4: \xf6\nSubject: Gr\xfc\xdfe\n\nhello\n",
        "ticket",
    ),
    "a line without end": (lambda: FROM + b"\n" + b"x" * 1_000_000 + b"\n", "ticket"),
    "nothing but line ends": (lambda: FROM + b"\n" * 50_000, "ticket"),
    "nothing but opening tags": (lambda: mail(text=None, html="<div>" * 20_000).as_bytes(), "ticket"),
    "many headers": (lambda: FROM + b"X-Hop: y\n" * 20_000 + b"\nhello\n", "ticket"),
    "references without end": (
        lambda: FROM + b"References: " + b"<a@b.example>\n " * 5_000 + b"\n\nhi\n",
        "ticket",
    ),
    "many parts": (_parts(900), "ticket"),
    "too many parts": (_parts(3_000), "quarantined"),
    "deep": (_nested_multiparts(30), "ticket"),
    "too deep": (_nested_multiparts(300), "quarantined"),
    "a boundary within itself": (
        lambda: (
            FROM
            + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
            + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b--\n"
        ),
        "ticket",
    ),
    "a boundary of strange characters": (
        _single(
            'Content-Type: multipart/mixed; boundary="=_?:\'()+,./"',
            b"--=_?:'()+,./\n\nhi\n--=_?:'()+,./--\n",
        ),
        "ticket",
    ),
    "no boundary ever": (_single("Content-Type: multipart/mixed; boundary=never"), "ticket"),
    "an empty part": (_multi("mixed", b"", b"\n"), "ticket"),
    "broken quoted-printable": (
        _single("Content-Transfer-Encoding: quoted-printable", b"a=Z= =\n=3"),
        "ticket",
    ),
    "content type of nonsense": (_single("Content-Type: ;;;/=\x01"), "ticket"),
    "content type twice": (_single("Content-Type: text/html\nContent-Type: text/plain"), "ticket"),
    "a header without a colon": (lambda: FROM + b"this is no header\n\nhello\n", "ticket"),
    "a header without a name": (lambda: FROM + b": nameless\n\nhello\n", "ticket"),
    "folded beyond reason": (lambda: FROM + b"X-A: b\n" + b" \n\t\n" * 100 + b"\nhello\n", "ticket"),
    "two senders": (
        lambda: FROM + b"From: remy@oakfield.example\n\nhello\n",
        "ticket",
    ),
    "several in one From": (
        lambda: (
            b"From: Rita <rita@oakfield.example>, remy@oakfield.example\nSender: rita@oakfield.example\n\nhi\n"
        ),
        "ticket",
    ),
    "a group as recipients": (
        lambda: (
            b"From: rita@oakfield.example\nTo: undisclosed-recipients:;\nCc: all: a@b.example, c@d.example;\n\nhi\n"
        ),
        "ticket",
    ),
    "a group as sender": (lambda: b"From: Office: rita@oakfield.example;\n\nhi\n", "ticket"),
    "an address within an encoded word": (
        lambda: (
            b"From: =?utf-8?q?Rita_=3Cboss=40hillside=2Eexample=3E?= <rita@oakfield.example>\nSubject: x\n\nhi\n"
        ),
        "ticket",
    ),
    "encoded words of many charsets": (
        lambda: FROM.replace(
            b"It is broken", b"=?utf-8?b?w6Q=?= =?iso-8859-1?q?=E4?= =?x?x?x?= =?utf-8?b?w6Q" + b"=" * 900
        ),
        "ticket",
    ),
    "a file name in pieces": (
        _multi(
            "mixed",
            PLAIN + b"see",
            b"Content-Type: image/png\nContent-Disposition: attachment; filename*0*=utf-8''r%C3%A4; filename*1*=ume;"
            b' filename*2=".png"\n\nx',
        ),
        "ticket",
    ),
    "a file name that climbs": (
        _multi("mixed", PLAIN + b"see", b'Content-Type: a/b; name="../../../etc/passwd\x00"\n\nx'),
        "ticket",
    ),
    "NULs everywhere": (
        lambda: FROM.replace(b"Rita", b"Ri\x00ta") + b"X: \x00\n\n" + b"\x00" * 5_000,
        "ticket",
    ),
    "only spaces": (lambda: b" \n \n", "quarantined"),
    "only a body": (lambda: b"\nhello\n", "quarantined"),
    "From without a domain": (lambda: b"From: rita\nSubject: x\n\nhi\n", "quarantined"),
}
