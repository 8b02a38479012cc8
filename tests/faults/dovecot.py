"""A real IMAP server of the tests' own: Dovecot, with TLS, on a free port."""

import getpass
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from imaplib import IMAP4_SSL
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

BINARY = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
USER, PASSWORD = "support", "mailbox-password"

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail
mail_debug = no
first_valid_uid = 0
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
passdb {{
  driver = static
  args = password={password}
}}
{more}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


# Asks the server of tokens whose a token is; it must stand before the passwords, which take anybody's.
BY_TOKEN = """
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server and the certificate that a client must trust."""

    port: int
    certificate: Path

    @contextmanager
    def session(self) -> Iterator[IMAP4_SSL]:
        """A client of the test's own, to deliver and to look."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        with IMAP4_SSL("localhost", self.port, ssl_context=context, timeout=10) as client:
            client.login(USER, PASSWORD)
            yield client

    def deliver(self, raw: bytes, folder: str = "INBOX") -> None:
        """Put a message into the mailbox."""
        with self.session() as client:
            assert client.append(folder, "", "", raw)[0] == "OK"

    def deliver_many(self, raws: Iterable[bytes]) -> None:
        """Put many messages into the mailbox at once, as files of its Maildir."""
        place = self.certificate.parent / "mail" / "new"
        if not place.exists():
            self.number()  # it is made when somebody looks into it
        owner = place.parent.stat()
        for number, raw in enumerate(raws):
            file = place / f"{time.time_ns()}.{number}.here"
            file.write_bytes(raw)
            os.chown(file, owner.st_uid, owner.st_gid)

    def number(self, folder: str = "INBOX") -> int:
        """How many messages are in a folder."""
        with self.session() as client:
            return int((client.select(folder, readonly=True)[1][0] or b"0").decode())

    def flags(self, folder: str = "INBOX") -> list[str]:
        """The flags of the messages in a folder."""
        with self.session() as client:
            client.select(folder, readonly=True)
            answer = client.fetch("1:*", "(FLAGS)")[1]
            return [line.decode() for line in answer if isinstance(line, bytes)]


@contextmanager
def running(folder: Path, *, token_info: str = "") -> Iterator[Dovecot]:
    """Start a server that keeps everything below `folder`, and end it. With `token_info` it takes access tokens too:
    the address at which it learns whose one is."""
    assert BINARY is not None
    certificate = _certificate(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    is_root = os.geteuid() == 0
    me = getpass.getuser()
    group = subprocess.run(["id", "-gn"], capture_output=True, text=True, check=True).stdout.strip()
    uid, gid = (65534, 65534) if is_root else (os.getuid(), os.getgid())
    for name in ("run", "state", "mail", "home"):
        (folder / name).mkdir()
        if is_root:
            os.chown(folder / name, uid, gid)
    config = folder / "dovecot.conf"
    (folder / "oauth2.conf").write_text(
        f"introspection_mode = auth\nintrospection_url = {token_info}\nusername_attribute = username\n"
    )
    config.write_text(
        CONFIG.format(
            more=BY_TOKEN.format(folder=folder) if token_info else "",
            folder=folder,
            internal="dovecot" if is_root else me,
            group="dovecot" if is_root else group,
            login="dovenull" if is_root else me,
            password=PASSWORD,
            uid=uid,
            gid=gid,
            port=port,
        )
    )
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen([BINARY, "-F", "-c", str(config)], stdout=out, stderr=out)
    try:
        _wait(port, process, folder)
        yield Dovecot(port, certificate)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    ends = time.monotonic() + 15
    while time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert process.poll() is None, (folder / "out").read_text()
            time.sleep(0.05)
    raise AssertionError((folder / "out").read_text())


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "cert.pem"
