"""The arithmetic of a quote, exact to the penny. Knows no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

PENNY = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Totals:
    """Pounds sterling."""

    net: Decimal
    vat: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat


def line_total(quantity: Decimal, unit_price: Decimal) -> Decimal:
    """What a line costs without VAT; half a penny is rounded away from nought."""
    return (quantity * unit_price).quantize(PENNY, ROUND_HALF_UP)


def totals_of(amounts: Iterable[Decimal], vat_percent: Decimal) -> Totals:
    """The sum of the lines as they are printed, and the VAT on that sum."""
    net = sum(amounts, Decimal("0.00"))
    return Totals(net=net, vat=(net * vat_percent / 100).quantize(PENNY, ROUND_HALF_UP))
