"""What can go wrong when working time is asked for."""

from datetime import datetime


class WorkingTimeError(Exception):
    """Base of every error that the engine raises on purpose."""


class InvalidCalendar(WorkingTimeError, ValueError):
    """A calendar description contradicts itself or names an unknown time zone."""


class BeyondHorizon(WorkingTimeError):
    """An answer lies outside the compiled (or the supported) range of days.

    `needed` is an instant that the range has to cover; `asked` is the one that the question started from.
    """

    def __init__(self, *, needed: datetime, asked: datetime) -> None:
        super().__init__("The answer lies outside the range of days that this calendar can look at.")
        self.needed = needed
        self.asked = asked


class NeverOpens(WorkingTimeError):
    """The calendar has no opening for the next ten years, so that a deadline cannot be given."""

    def __init__(self, after: datetime) -> None:
        super().__init__(f"The calendar has no opening after {after.isoformat()}.")
        self.after = after


class NoVisitBooked(NeverOpens):
    """The booked visits run out before the allowance is used up (Rule S7): 'no visit booked'."""
