"""Secrets and signatures after Standard Webhooks (https://www.standardwebhooks.com)."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook

from delivery.secrets import SecretBox

SECRET_BYTES = 32
secret_box = SecretBox(b"webhooks.endpoint")


def new_secret() -> str:
    """A secret as the receiver keeps it."""
    return "whsec_" + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(*, event_id: str, body: str, at: datetime, encrypted: Sequence[str]) -> dict[str, str]:
    """The headers of one attempt at an instant (UTC), signed with each of the secrets. Raises SecretUnreadable."""
    signatures = [
        Webhook(secret_box.decrypt(one)).sign(msg_id=event_id, timestamp=at, data=body) for one in encrypted
    ]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
