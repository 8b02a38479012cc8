"""What children of the fork server are asked to do with spreadsheets that move schools in."""

from datetime import datetime

from django.utils import timezone

from accounts.tenancy.lookups import provider_id_for
from accounts.tenancy.scope import Scope, open_scope
from delivery.sweeper import sweep
from onboarding.models import Import, ImportState
from onboarding.services import import_start, import_upload
from tests.onboarding.sheets import book, new_school


def _scope() -> Scope:
    provider_id = provider_id_for("alder")
    assert provider_id is not None
    return Scope(provider_id=provider_id)


def upload(slug: str) -> int:
    """Hand in a workbook with a new school. Its id."""
    with open_scope(_scope()):
        return int(import_upload(parts=[book(new_school(slug))]).pk)


def go_on(key: int, at: str | None = None) -> str:
    """Check it, press the button once it is checked, and write it. The state that it has come to."""
    moment = datetime.fromisoformat(at) if at else timezone.now()
    sweep(now=moment)
    with open_scope(_scope()):
        row = Import.objects.get(pk=key)
        if row.state == ImportState.CHECKED:
            import_start(row=row)
    sweep(now=max(moment, timezone.now()))
    with open_scope(_scope()):
        return str(Import.objects.get(pk=key).state)
