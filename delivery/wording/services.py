"""Changing the words of our mail."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.services import audit_record
from accounts.tenancy.scope import current_provider_id, current_scope
from delivery.models import MailWording
from delivery.wording.checking import words_check
from delivery.wording.kinds import MailKind
from delivery.wording.selectors import source_standard


@transaction.atomic
def wording_change(*, kind: MailKind, subject: str, body: str, version: int) -> MailWording:
    """Put a provider's words in the place of those that hold. `version` is the newest that the writer has seen.

    Raises ValidationError by field, also where somebody else has changed the words in the meantime.
    """
    subject, body = subject.strip(), _lines(body)
    words_check(kind=kind, subject=subject, body=body)
    standard = source_standard(kind)
    is_standard = (subject, body) == (standard.subject, _lines(standard.body))
    if is_standard:
        return wording_restore(kind=kind, version=version)
    return _add(kind, version, subject=subject, body=body)


@transaction.atomic
def wording_restore(*, kind: MailKind, version: int) -> MailWording:
    """Put the standard words back. Raises ValidationError as above."""
    return _add(kind, version, is_standard=True)


def _add(kind: MailKind, version: int, **words: str | bool) -> MailWording:
    with connection.cursor() as cursor:  # one after the other, so that nobody's words are lost unseen
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('delivery.wording'), %s)", [current_provider_id()]
        )
    newest = MailWording.objects.filter(kind=kind.key).order_by("-version").first()
    if version != (newest.version if newest else 0):
        raise ValidationError(
            {
                "body": _(
                    "Somebody else has changed these words in the meantime. Copy what you need, and open the"
                    " page again."
                )
            }
        )
    row = MailWording.objects.create(
        kind=kind.key, version=version + 1, by_id=current_scope().person_id, **words
    )
    audit_record(action="mail_wording.restored" if row.is_standard else "mail_wording.changed", target=row)
    return row


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
