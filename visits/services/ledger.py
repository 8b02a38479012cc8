"""Lines of the allowance ledger, and the warnings that follow from them (rules P5, P9).

Every service that takes or gives back a visit or a session adds its lines here, then calls `allowance_watch`.
"""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.tenancy.scope import current_scope
from contracts.models import Contract
from visits.allowances import Allowance, allowance_of
from visits.models import AllowanceEntry, AllowanceKind, AllowanceWarning, EntryCause, RemoteSession, Visit
from visits.notices import managers_tell


def visit_line(
    visit: Visit, quantity: int, cause: EntryCause, *, day: date | None = None, note: str = ""
) -> None:
    """One visit taken (-1) or given back (+1), on its own day or another. Nothing for a visit that is not counted."""
    if visit.uses:
        AllowanceEntry.objects.create(
            customer_id=visit.customer_id,
            contract_id=visit.contract_id,
            kind=visit.uses,
            day=day or visit.day,
            quantity=quantity,
            cause=cause,
            visit=visit,
            at=timezone.now(),
            by_id=current_scope().person_id,
            note=note[:300],
        )


def session_line(session: RemoteSession, quantity: int, cause: EntryCause, *, note: str = "") -> None:
    """One remote session taken (-1) or taken back (+1). Nothing for one in lieu of a visit (Rule P3)."""
    if session.in_lieu_of_id is None:
        AllowanceEntry.objects.create(
            customer_id=session.customer_id,
            contract_id=session.contract_id,
            kind=AllowanceKind.REMOTE_SESSION,
            day=session.day,
            quantity=quantity,
            cause=cause,
            session=session,
            at=timezone.now(),
            by_id=current_scope().person_id,
            note=note[:300],
        )


def allowance_watch(contract: Contract, kind: str, day: date) -> None:
    """Tell the success manager of each threshold that is reached, once in a period (Rule P5). Nothing is refused.

    The contract is locked by the caller, so two uses at once warn once.
    """
    if not kind:
        return
    allowance = allowance_of(contract, AllowanceKind(kind), day)
    reached = [one for one in allowance.warn_at if allowance.percent is not None and allowance.percent >= one]
    if allowance.is_past and allowance.purchased is None:
        reached.append(AllowanceWarning.PAST_THE_NORM)
    new = [percent for percent in reached if _is_first(contract, allowance, percent)]
    if new:
        _tell(contract, allowance, max(new))


def _is_first(contract: Contract, allowance: Allowance, percent: int) -> bool:
    _row, is_new = AllowanceWarning.objects.get_or_create(
        contract=contract,
        kind=allowance.kind,
        period_start=allowance.span.first,
        percent=percent,
        defaults={"customer_id": contract.customer_id, "at": timezone.now()},
    )
    return is_new


def _tell(contract: Contract, allowance: Allowance, percent: int) -> None:
    """One notification for the highest threshold that one use has reached."""
    is_past = percent == AllowanceWarning.PAST_THE_NORM
    words = (
        _("%(school)s is past fair use: %(what)s, %(taken)d of %(limit)d")
        if is_past
        else _("%(school)s: %(what)s, %(taken)d of %(limit)d used")
    )
    managers_tell(
        contract,
        key=f"allowance:{contract.pk}:{allowance.kind}:{allowance.span.first}:{percent}",
        summary=words
        % {
            "school": contract.customer.name,
            "what": allowance.kind.label,
            "taken": allowance.counted,
            "limit": allowance.limit or 0,
        },
        detail=_("Nothing is refused. Please talk to the school about what it needs.") if is_past else "",
    )
