"""What a clock promises: handed in by the layer that knows contracts, and copied onto the clock when it
starts.
"""

from dataclasses import dataclass

from sla.models import ClockKind


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """The promises of one service level. Minutes are working minutes; percentages are whole numbers.

    `pausable_for` holds for the fix clock only, since response clocks never pause (Rule S10); its values are
    'customer' and 'third_party'. Clocks of a kind in `kinds_in_visits` run in the engineer's visits, `visits_id`, in
    place of the service hours, `calendar_id` (Rule S7).
    """

    level_id: int
    calendar_id: int
    response_minutes: int
    fix_minutes: int
    target_percent: int
    warn_percent: int
    pausable_for: frozenset[str] = frozenset()
    visits_id: int | None = None
    kinds_in_visits: frozenset[str] = frozenset()

    def calendar_of(self, kind: str) -> int:
        """The calendar in which a clock of this kind runs."""
        if self.visits_id is None or kind not in self.kinds_in_visits:
            return self.calendar_id
        return self.visits_id

    def allowance_minutes(self, kind: str) -> int:
        """Working minutes that a clock of this kind is given (Rule S2)."""
        return self.response_minutes if kind == ClockKind.RESPONSE else self.fix_minutes

    def pauses(self, kind: str) -> list[str]:
        """Whom a clock of this kind may wait for (Rule S10)."""
        return [] if kind == ClockKind.RESPONSE else sorted(self.pausable_for)
