"""Passwords of mailboxes, encrypted at rest with a key that comes from the installation's own secret."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"tickets.intake.mailbox"


class SecretUnreadable(Exception):
    """The stored password was encrypted with another SECRET_KEY. It has to be entered again."""

    def __init__(self) -> None:
        super().__init__("The stored password cannot be read with this SECRET_KEY. Enter it again.")


def secret_encrypt(words: str) -> str:
    """The password as it is stored."""
    return _box().encrypt(words.encode()).decode()


def secret_decrypt(stored: str) -> str:
    """The password itself. Raises SecretUnreadable."""
    try:
        return _box().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadable from error


def _box() -> MultiFernet:
    """The newest key encrypts; the ones it replaced still decrypt."""
    return MultiFernet([Fernet(_key(one)) for one in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str | bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(
        secret.encode() if isinstance(secret, str) else secret
    )
    return urlsafe_b64encode(derived)
