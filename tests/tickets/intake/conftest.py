"""Taking messages in, as the command does it."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from accounts.tenancy.scope import open_scope
from tests.cast import Cast
from tickets.intake.batches import Outcome, mails_take
from tickets.intake.spooling import RawMail
from tickets.models import Mailbox

FRIDAY_AT_FOUR = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
Take = Callable[..., list[Outcome]]


@pytest.fixture
def take(cast: Cast) -> Take:
    """Take messages in at a provider's default mailbox; their outcomes."""

    def take_in(
        *messages: EmailMessage | bytes, provider: str = "alder", at: datetime = FRIDAY_AT_FOUR
    ) -> list[Outcome]:
        with open_scope(cast.staff_scope(provider)):
            mailbox = Mailbox.objects.get(is_default=True)
        raws = [RawMail.of(one if isinstance(one, bytes) else one.as_bytes()) for one in messages]
        return list(mails_take(mailbox=mailbox, mails=raws, received_at=at))

    return take_in
