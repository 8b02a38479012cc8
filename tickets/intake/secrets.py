"""Passwords of mailboxes, encrypted at rest."""

from delivery.secrets import SecretBox, SecretUnreadable

__all__ = ["SecretUnreadable", "secret_decrypt", "secret_encrypt"]

_box = SecretBox(b"tickets.intake.mailbox")
secret_encrypt = _box.encrypt
secret_decrypt = _box.decrypt
