"""Remote sessions: recorded for fair use, or as remote support in lieu of a visit (rules P3, P5)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from contracts.models import Contract
from sla.times import local_day
from visits.models import AllowanceKind, EntryCause, RemoteSession, Visit, VisitState
from visits.services.base import check_reason, contract_lock
from visits.services.ledger import allowance_watch, session_line

LONGEST = 24 * 60


@transaction.atomic
def remote_session_record(
    *,
    contract: Contract,
    started_at: datetime,
    minutes: int,
    by: Person,
    note: str = "",
    in_lieu_of: Visit | None = None,
    once: str = "",
) -> RemoteSession:
    """Record remote support that began at `started_at` (aware). Never refused for fair use (Rule P5).

    In lieu of a visit it counts towards what is owed for that one, and uses up nothing (Rule P3). With `once`, the
    digest of a form, the session that the same sending has recorded already is given instead of another. Raises
    ValidationError by field: started_at, minutes, in_lieu_of.
    """
    contract = contract_lock(contract.pk)
    known = RemoteSession.objects.filter(contract=contract, once=once).first() if once else None
    if known is not None:
        return known
    day = local_day(started_at, current_provider().time_zone)
    if not 1 <= minutes <= LONGEST:
        raise ValidationError({"minutes": _("Give the length in minutes, up to a day.")})
    if started_at > timezone.now():
        raise ValidationError({"started_at": _("This time lies ahead.")})
    if day < contract.starts_on or (contract.ends_on is not None and day > contract.ends_on):
        raise ValidationError({"started_at": _("The contract does not hold on this day.")})
    if in_lieu_of is not None:
        _check_in_lieu(contract, in_lieu_of)
    session = RemoteSession.objects.create(
        customer=contract.customer,
        contract=contract,
        started_at=started_at,
        minutes=minutes,
        day=day,
        by=by,
        note=note.strip(),
        in_lieu_of=in_lieu_of,
        once=once,
    )
    session_line(session, -1, EntryCause.SESSION)
    audit_record(action="remote_session.recorded", target=session, changes={"minutes": (None, minutes)})
    if in_lieu_of is None:
        allowance_watch(contract, AllowanceKind.REMOTE_SESSION, day)
    return session


@transaction.atomic
def remote_session_remove(*, session: RemoteSession, reason: str) -> RemoteSession:
    """Take back a session that was recorded by mistake; row and line stay, a further line gives it back.

    Raises ValidationError by field: reason; and where it was taken back already.
    """
    contract_lock(session.contract_id)
    session = RemoteSession.objects.select_for_update().get(pk=session.pk)
    reason = check_reason(reason)
    if session.undone_at is not None:
        raise ValidationError(_("This session was taken back already."), code="stale")
    session.undone_at = timezone.now()
    session.save(update_fields=["undone_at"])
    session_line(session, +1, EntryCause.UNDONE, note=reason)
    audit_record(action="remote_session.removed", target=session, reason=reason)
    return session


def _check_in_lieu(contract: Contract, visit: Visit) -> None:
    """Read again under the contract's lock: the visit may have been taken back meanwhile."""
    rows = Visit.objects.filter(pk=visit.pk, contract=contract, state=VisitState.IN_LIEU)
    if not rows.exists():
        raise ValidationError({"in_lieu_of": _("This visit is not replaced by remote support.")})
