"""The sweep: what has lived long enough loses its words, in small batches, each once (rules T7, S14)."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.protecting import RecordKind
from accounts.tenancy.memory import current_provider
from delivery.due import Moment
from protection.models import RetentionRule, RetentionRun
from protection.selectors import kind_of, rows_over
from protection.services.files import files_doom

BATCH = 50
NIGHT = time(2, 0)  # local: when least is done
A_MOMENT = timedelta(microseconds=1)


def night_after(at: datetime, *, days: int = 1) -> datetime:
    """Two o'clock of the provider's night, so many days after this instant's."""
    zone = ZoneInfo(current_provider().time_zone)
    day = at.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, NIGHT, tzinfo=zone)


def rule_turn(rule: RetentionRule, moment: Moment) -> None:
    """One batch of one kind. All of it is committed together with the log and the next look, or nothing is."""
    if rule.days is None:
        rule.wake_at = None
        rule.save(update_fields=["wake_at"])
        return
    kind = kind_of(rule.kind)
    run = RetentionRun.objects.filter(kind=rule.kind, ended_at__isnull=True).first()
    before = run.before if run else moment.now - timedelta(days=rule.days)
    ids = _next(kind, before)
    if ids:
        run = run or RetentionRun(kind=rule.kind, before=before, began_at=moment.now)
        files_doom(kind.release(ids))
        run.ids = [*run.ids, *ids]
        run.save()
        # The next batch at once, in a transaction of its own.
        rule.wake_at = (rule.wake_at or moment.now) + A_MOMENT
    else:
        if run is not None:
            run.ended_at = moment.now
            run.save(update_fields=["ended_at"])
        rule.looked_at, rule.wake_at = moment.now, night_after(moment.now)
    rule.save(update_fields=["wake_at", "looked_at"])


def _next(kind: RecordKind, before: datetime) -> list[int]:
    """The next rows, locked. What somebody is working on at this moment waits for the next look."""
    found = list(rows_over(kind, before).order_by("pk").values_list("pk", flat=True)[:BATCH])
    if kind.is_append_only:
        return found
    rows = kind.rows(before).filter(pk__in=found).order_by("pk")
    return list(rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
