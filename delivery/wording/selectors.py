"""Which words hold, and which held before."""

from collections.abc import Collection
from dataclasses import dataclass

from accounts.tenancy.memory import remembered
from delivery.models import MailWording
from delivery.wording.kinds import SIGNATURE, MailKind, mail_kind


@dataclass(frozen=True, slots=True)
class Source:
    """The words of a mail before its variables have values. `changed`: the provider's versions among them."""

    subject: str
    body: str
    signature: str
    changed: tuple[MailWording, ...] = ()


def source_standard(kind: MailKind) -> Source:
    """The words of a kind as this software brings them."""
    return Source(str(kind.subject), str(kind.body), str(mail_kind(SIGNATURE).body))


def source_now(kind: MailKind) -> Source:
    """The words of a kind as the scope's provider wants them now, with its signature."""
    key = ("mail words", kind.key)
    rows = remembered(key, lambda: {row.kind: row for row in wordings_now((kind.key, SIGNATURE))})
    own, signature = rows.get(kind.key), rows.get(SIGNATURE)
    standard = source_standard(kind)
    return Source(
        subject=own.subject if own else standard.subject,
        body=own.body if own else standard.body,
        signature=signature.body if signature else standard.signature,
        changed=tuple(row for row in (own, signature) if row),
    )


def wordings_now(kinds: Collection[str] | None = None) -> list[MailWording]:
    """The provider's newest words of each kind, without kinds that have their standard words (back)."""
    rows = MailWording.objects.select_related("by").order_by("kind", "-version").distinct("kind")
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    return [row for row in rows if not row.is_standard]


def wordings_of(kind: MailKind) -> list[MailWording]:
    """Every version of a kind, the newest first."""
    return list(MailWording.objects.filter(kind=kind.key).select_related("by"))
