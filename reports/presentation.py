"""Figures in words: what the page, the portal and the PDF say alike. Pure; charts are for `{% chart %}`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.csv_export import group_words
from reports.figures import (
    ApartGroup,
    Attainment,
    LevelTally,
    QuarterFigures,
    Reviews,
    Satisfaction,
    Tally,
    Volume,
)
from reviews.models import ReviewOutcome
from satisfaction.models import Answer
from sla.models import ClockKind
from sla.quarters import Quarter
from tickets.models import EscalationStage, MissCause

CHART_MAXIMUM = 100
AXIS_STARTS = (80, 60, 40, 20, 0)  # even steps up to 100


def percent(tenths: int | None) -> str:
    """Tenths of a per cent as they are written: '97.5%', '100%'; a dash where nothing was counted."""
    if tenths is None:
        return "–"
    whole, rest = divmod(tenths, 10)
    return "100%" if tenths == 1000 else f"{whole}.{rest}%"


def target_text(tally: Tally) -> str:
    """The target as it is written: '95%', '92.5%' where promises had different targets; empty without any."""
    if tally.target_tenths is None:
        return ""
    whole, rest = divmod(tally.target_tenths, 10)
    return f"{whole}.{rest}%" if rest else f"{whole}%"


def verdict(on_target: bool | None) -> tuple[str, str]:
    """Kind of badge and word for 'was the target reached?'."""
    if on_target is None:
        return ("plain", _("No requests"))
    return ("met", _("Target reached")) if on_target else ("missed", _("Target missed"))


@dataclass(frozen=True, slots=True)
class PromiseView:
    """One of the two promises as page one shows it. `key` is the figure's name in addresses: reply or fix."""

    key: str
    title: str
    attainment: Attainment
    sentence: str
    pauses: str
    room: str

    @property
    def tally(self) -> Tally:
        return self.attainment.total

    @property
    def percent(self) -> str:
        return percent(self.tally.tenths)

    @property
    def target(self) -> str:
        return target_text(self.tally)

    @property
    def badge(self) -> tuple[str, str]:
        return verdict(self.tally.on_target)


@dataclass(frozen=True, slots=True)
class LevelView:
    """Both promises of one level, side by side."""

    key: str
    name: str
    reply: Tally
    fix: Tally

    @property
    def reply_percent(self) -> str:
        return percent(self.reply.tenths)

    @property
    def fix_percent(self) -> str:
        return percent(self.fix.tenths)


@dataclass(frozen=True, slots=True)
class ApartView:
    group: ApartGroup
    name: str
    explanation: str

    @property
    def together(self) -> int:
        return self.group.replies + self.group.fixes


@dataclass(frozen=True, slots=True)
class AnswerView:
    """How many gave one answer. `key` is the figure's name in addresses."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class SatisfactionView:
    """What was answered to 'How did we do?', in words; of no answers there is no share."""

    satisfaction: Satisfaction
    sentence: str
    answers: tuple[AnswerView, ...]

    @property
    def percent(self) -> str:
        return percent(self.satisfaction.tenths)


@dataclass(frozen=True, slots=True)
class ReviewsView:
    """What came of reviews, in words. `outcomes` are named and counted like answers."""

    total: int
    sentence: str
    outcomes: tuple[AnswerView, ...]


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything that a template needs, from figures alone: frozen and live ones look the same."""

    figures: QuarterFigures
    quarter: Quarter
    answer: str
    promises: tuple[PromiseView, PromiseView]
    levels: tuple[LevelView, ...]
    apart: tuple[ApartView, ...]
    trend_chart: dict[str, Any]
    volume_chart: dict[str, Any] | None
    volume_tables: tuple[tuple[str, str, tuple[Volume, ...]], ...]  # parameter, heading, rows
    satisfaction: SatisfactionView | None
    reviews: ReviewsView | None


def report_view(figures: QuarterFigures) -> ReportView:
    quarter = Quarter.parse(figures.quarter)
    return ReportView(
        figures=figures,
        quarter=quarter,
        answer=answer(figures),
        promises=(
            _promise("reply", _("Replies"), figures.reply, is_running=figures.is_running),
            _promise("fix", _("Fixes"), figures.fix, is_running=figures.is_running),
        ),
        levels=_levels(figures.reply.levels, figures.fix.levels),
        apart=tuple(
            ApartView(group, group_words(group.key), apart_explanation(group.key)) for group in figures.apart
        ),
        trend_chart=_trend_chart(figures),
        volume_chart=_volume_chart(figures),
        volume_tables=(
            ("level", _("Service level"), figures.volumes.levels),
            ("channel", _("How it reached us"), figures.volumes.channels),
            ("category", _("What it was about"), figures.volumes.categories),
        ),
        satisfaction=_satisfaction(figures.satisfaction) if figures.satisfaction else None,
        reviews=_reviews(figures.reviews) if figures.reviews else None,
    )


def answer(figures: QuarterFigures) -> str:
    """The answer to 'Did we keep our promise?' in one sentence."""
    reply, fix = figures.reply.total.on_target, figures.fix.total.on_target
    if figures.on_target is None:
        return _("Nothing was due yet.") if figures.is_running else _("Nothing was due in this quarter.")
    if figures.on_target:
        return _("So far, yes.") if figures.is_running else _("Yes, we kept our promise.")
    if reply is False and fix is False:
        return _("Not so far.") if figures.is_running else _("No, we did not reach our target.")
    if reply is False:
        return _("Partly: we replied too late too often.")
    return _("Partly: we fixed too late too often.")


def _promise(key: str, title: str, attainment: Attainment, *, is_running: bool) -> PromiseView:
    tally = attainment.total
    return PromiseView(
        key=key,
        title=title,
        attainment=attainment,
        sentence=_sentence(attainment.kind, tally),
        pauses=_pauses(tally),
        room=room_words(tally) if is_running else "",
    )


def _sentence(kind: str, tally: Tally) -> str:
    if not tally.counted:
        return _("No tickets: nothing to count.")
    words = {"kept": tally.kept, "counted": tally.counted}
    if kind == ClockKind.RESPONSE:
        return (
            ngettext(
                "We replied in time to %(kept)s of %(counted)s request.",
                "We replied in time to %(kept)s of %(counted)s requests.",
                tally.counted,
            )
            % words
        )
    return (
        ngettext(
            "We fixed %(kept)s of %(counted)s request in time.",
            "We fixed %(kept)s of %(counted)s requests in time.",
            tally.counted,
        )
        % words
    )


def _pauses(tally: Tally) -> str:
    """The stricter figure beside the headline (Rule S10); nothing where no pause made a difference."""
    if not tally.kept_by_pauses:
        return ""
    return _("Without agreed waiting for your answers: %(kept)s of %(counted)s (%(percent)s).") % {
        "kept": tally.kept_without_pauses,
        "counted": tally.counted,
        "percent": percent(tally.tenths_without_pauses),
    }


def room_words(tally: Tally) -> str:
    """How many misses the rest of the quarter can still bear (Rule R2)."""
    if not tally.counted and not tally.pending:
        return ""
    spare = tally.affordable
    if spare < 0:
        return ngettext(
            "%(count)s miss more than the target allows for the requests known today.",
            "%(count)s misses more than the target allows for the requests known today.",
            -spare,
        ) % {"count": -spare}
    if spare == 0:
        return _("Not one more miss is affordable for the requests known today.")
    return ngettext(
        "%(count)s more miss is affordable for the requests known today.",
        "%(count)s more misses are affordable for the requests known today.",
        spare,
    ) % {"count": spare}


def _levels(replies: Sequence[LevelTally], fixes: Sequence[LevelTally]) -> tuple[LevelView, ...]:
    by_key = {one.key: one.tally for one in fixes}
    return tuple(LevelView(one.key, one.name, one.tally, by_key.get(one.key, Tally())) for one in replies)


def _satisfaction(found: Satisfaction) -> SatisfactionView:
    words = {"asked": found.asked, "answered": found.answered, "good": found.good}
    if not found.asked:
        sentence = _("No answers: nobody was asked in this quarter.")
    elif not found.answered:
        sentence = ngettext(
            "No answers. We asked about %(asked)s closed request.",
            "No answers. We asked about %(asked)s closed requests.",
            found.asked,
        )
    else:
        sentence = ngettext(
            "%(good)s of %(answered)s answer was good. We asked about %(asked)s closed requests.",
            "%(good)s of %(answered)s answers were good. We asked about %(asked)s closed requests.",
            found.answered,
        )
    answers = (
        AnswerView("answers-good", str(Answer.GOOD.label), found.good),
        AnswerView("answers-all-right", str(Answer.ALL_RIGHT.label), found.all_right),
        AnswerView("answers-poor", str(Answer.POOR.label), found.poor),
    )
    return SatisfactionView(found, sentence % words, answers)


def _reviews(found: Reviews) -> ReviewsView:
    if not found.total:
        sentence = _("No review was completed in this quarter.")
    else:
        sentence = ngettext(
            "We looked into %(total)s matter that was out of the ordinary.",
            "We looked into %(total)s matters that were out of the ordinary.",
            found.total,
        ) % {"total": found.total}
    counts = {
        ReviewOutcome.STEPS: found.steps,
        ReviewOutcome.TRAINING: found.training,
        ReviewOutcome.UPGRADE: found.upgrade,
        ReviewOutcome.NOTHING: found.nothing,
    }
    outcomes = tuple(
        AnswerView(f"reviews-{outcome.value}", str(outcome.label), number)
        for outcome, number in counts.items()
    )
    return ReviewsView(found.total, sentence, outcomes)


def apart_explanation(group: str) -> str:
    """Why promises of this group are in neither number, for the school (Rules S6, S8)."""
    return {
        "exempt": _("Taken out of the count with a reason, by somebody who may."),
        "callout": _("No time limit holds for them; the reply is measured from the technician's arrival."),
        "monitoring": _("Raised by our own monitoring, before anybody asked."),
        "void": _("No request in the end."),
    }[group]


def cause_words(cause: str) -> str:
    """The reason of a miss, or that it is still to be given (Rule S11)."""
    return str(MissCause(cause).label) if cause else _("Reason still to be given")


def kind_words(kind: str) -> str:
    return str(ClockKind(kind).label)


def stage_words(stage: int) -> str:
    return str(EscalationStage(stage).label)


def quarter_words(written: str) -> str:
    """'2026Q3' as an axis names it: 'Q3 2026'."""
    quarter = Quarter.parse(written)
    return f"Q{quarter.number} {quarter.year}"


def _share(tally: Tally) -> float | None:
    return None if tally.tenths is None else tally.tenths / 10


def _trend_chart(figures: QuarterFigures) -> dict[str, Any]:
    total = figures.reply.total if figures.reply.total.target_tenths is not None else figures.fix.total
    chart: dict[str, Any] = {
        "id": "trend",
        "kind": "line",
        "title": _("Promises kept in the last four quarters"),
        "summary": _("Per cent of the replies and fixes that were due, against the target."),
        "categories": [quarter_words(point.quarter) for point in figures.reply.trend],
        "category_label": _("Quarter"),
        "series": [
            {"name": _("Replies"), "values": [_share(point.tally) for point in figures.reply.trend]},
            {"name": _("Fixes"), "values": [_share(point.tally) for point in figures.fix.trend]},
        ],
        "unit": "%",
        "minimum": _axis_start([point.tally for one in figures.promises for point in one.trend]),
        "maximum": CHART_MAXIMUM,
    }
    if total.target_tenths is not None:
        label = _("Target %(target)s") % {"target": target_text(total)}
        chart |= {"target": total.target_tenths / 10, "target_label": label}
    return chart


def _axis_start(tallies: Sequence[Tally]) -> int:
    """Where the axis begins, so that a few per cent can be told apart and no point falls below it."""
    lowest = min((tally.tenths for tally in tallies if tally.tenths is not None), default=CHART_MAXIMUM * 10)
    return next(start for start in AXIS_STARTS if start * 10 <= lowest)


def _volume_chart(figures: QuarterFigures) -> dict[str, Any] | None:
    levels = figures.volumes.levels
    if not levels:
        return None
    return {
        "id": "volumes",
        "kind": "bar",
        "title": _("Requests by service level"),
        "summary": _("Opened in the quarter, fixed or closed in it, and open at its end."),
        "categories": [one.name for one in levels],
        "category_label": _("Service level"),
        "series": [
            {"name": _("Opened"), "values": [one.opened for one in levels]},
            {"name": _("Fixed or closed"), "values": [one.ended for one in levels]},
            {"name": _("Still open"), "values": [one.still_open for one in levels]},
        ],
    }
