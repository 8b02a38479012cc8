"""Which kinds of visit a contract lets somebody book on a day, and what each would take (rules P2, P5)."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from contracts.models import Contract
from visits.allowances import Allowance, allowance_book
from visits.models import AllowanceKind, VisitKind
from visits.services.checking import uses_of

KINDS = (VisitKind.ON_DEMAND, VisitKind.SCHEDULED)


@dataclass(frozen=True, slots=True)
class BookableKind:
    """A kind of visit. `refused` says why the contract has none of it, '' where it may be booked.

    `allowance` is what it takes one of, as it stands; None where it is charged, or included without being counted.
    """

    kind: VisitKind
    refused: str
    allowance: Allowance | None
    is_charged: bool = False

    @property
    def is_spent(self) -> bool:
        """All that was purchased, or is fair, is used or booked."""
        return self.allowance is not None and self.allowance.left is not None and self.allowance.left < 1


def kinds_bookable(contract: Contract, day: date) -> list[BookableKind]:
    """On-demand and scheduled visits of a contract on a local day. Reads its package."""
    book = allowance_book(contract)
    found = []
    for kind in KINDS:
        try:
            uses = uses_of(book, kind, day)
        except ValidationError as error:
            found.append(BookableKind(kind, " ".join(error.messages), None))
            continue
        allowance = book.allowance(AllowanceKind(uses), day) if uses else None
        is_charged = not uses and kind == VisitKind.ON_DEMAND
        found.append(BookableKind(kind, "", allowance, is_charged))
    return found
