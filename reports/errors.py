"""What can stop a write to a report, in words that a page can show."""

from django.utils.translation import gettext as _


class ReportError(Exception):
    """A write that cannot be done now. `str()` says what to do."""


class AlreadyReleased(ReportError):
    """A released report never changes."""

    def __init__(self) -> None:
        super().__init__(_("This report has been released and cannot be changed any more."))


class StaleReport(ReportError):
    """Somebody else saved the words since the form was drawn."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else has saved this report meanwhile. Compare both texts, then save again.")
        )


class QuarterRunning(ReportError):
    """A report tells of a whole quarter."""

    def __init__(self) -> None:
        super().__init__(_("The quarter has not ended yet. The report can be released afterwards."))


class FiguresMoved(ReportError):
    """A ticket changed while the figures were being frozen, several times in a row."""

    def __init__(self) -> None:
        super().__init__(
            _("Tickets of this quarter are being changed at this moment. Release the report again.")
        )
