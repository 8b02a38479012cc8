"""Secrets that must be read again, encrypted at rest with a key that comes from the installation's own secret."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SecretUnreadable(Exception):
    """The stored secret was encrypted with another SECRET_KEY. It has to be entered again."""

    def __init__(self) -> None:
        super().__init__("The stored password cannot be read with this SECRET_KEY. Enter it again.")


@dataclass(frozen=True, slots=True)
class SecretBox:
    """Secrets of one purpose. What one box has encrypted, a box of another purpose cannot read."""

    purpose: bytes

    def encrypt(self, words: str) -> str:
        """The secret as it is stored."""
        return self._keys().encrypt(words.encode()).decode()

    def decrypt(self, stored: str) -> str:
        """The secret itself. Raises SecretUnreadable."""
        try:
            return self._keys().decrypt(stored.encode()).decode()
        except InvalidToken as error:
            raise SecretUnreadable from error

    def _keys(self) -> MultiFernet:
        """The newest key encrypts; the ones it replaced still decrypt."""
        secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return MultiFernet([Fernet(self._key(one)) for one in secrets])

    def _key(self, secret: str | bytes) -> bytes:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=self.purpose).derive(
            secret.encode() if isinstance(secret, str) else secret
        )
        return urlsafe_b64encode(derived)
