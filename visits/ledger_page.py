"""The ledger of one kind of use in the period of a day: each line and what was left after it (Rule P9)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from contracts.models import Contract
from visits.allowances import Allowance, allowance_of
from visits.models import AllowanceEntry, AllowanceKind


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """`left` is what remained after the line, in the order of entry; where nothing limits it, minus what was used."""

    entry: AllowanceEntry
    by: str
    left: int


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """`lines` in the order of entry. The last one's `left` is the allowance's, always."""

    allowance: Allowance
    lines: list[LedgerLine]

    @property
    def granted(self) -> int:
        return self.allowance.limit or 0


def ledger_page(contract: Contract, kind: AllowanceKind, day: date) -> LedgerPage:
    """The lines of the period in which a local day lies."""
    allowance = allowance_of(contract, kind, day)
    rows = AllowanceEntry.objects.filter(
        contract=contract, kind=kind, day__range=(allowance.span.first, allowance.span.last)
    )
    return LedgerPage(
        allowance, list(_lines(rows.select_related("by", "visit", "session"), allowance.limit or 0))
    )


def _lines(rows: Iterable[AllowanceEntry], left: int) -> Iterator[LedgerLine]:
    for entry in rows:
        left += entry.quantity
        yield LedgerLine(entry, entry.by.name if entry.by else _("the software"), left)
