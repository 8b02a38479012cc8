"""`manage.py sweep`: everything that is due, once."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Person
from delivery.models import Notification
from tests.delivery.mail_server import MailServer
from tests.delivery.making import inside, make_notifications

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("sweep", *arguments, stdout=out)
    return out.getvalue()


def test_it_does_what_is_due_and_says_how_much(ada: Person, smtp: MailServer) -> None:
    make_notifications(ada, 2, wake_at=timezone.now() + timedelta(days=2))
    assert "notifications: 0 done, 0 failed, 0 given up\nmail: 0 done, 0 failed, 0 given up\n" in run()
    then = (timezone.now() + timedelta(days=3)).isoformat()
    done = run("--now", then)
    assert "notifications: 2 done, 0 failed, 0 given up\nmail: 2 done, 0 failed, 0 given up\n" in done
    assert len(smtp.taken) == 2


@pytest.mark.parametrize("now", ["yesterday", "", "2026-02-30T10:00", "2026-13-01", "10:00"])
def test_a_wrong_instant_is_refused_and_nothing_is_done(ada: Person, now: str) -> None:
    make_notifications(ada, 1)
    with pytest.raises(CommandError, match="--now") as refused:
        run("--now", now)
    assert refused.value.returncode == 2
    with inside(ada):
        assert Notification.objects.filter(wake_at__isnull=False).exists()
