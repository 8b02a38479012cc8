"""Who reads which complaint, and who decides it (rules E2, T2, T3)."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import CustomerMembership, Person, Provider, StaffRole
from accounts.permissions import SEES_WHOLE_SCHOOL
from accounts.responsible import holders_of, success_managers_of, working
from accounts.tenancy.scope import as_provider, current_scope
from complaints.models import INTERNAL, Complaint, ComplaintStep, Stage


def complaint_reference(provider: Provider, complaint: Complaint) -> str:
    """The complaint as people name it, e.g. 'CON-C17'."""
    return f"{provider.reference_prefix}-C{complaint.number}"


def complaints_readable(person: Person) -> QuerySet[Complaint]:
    """Staff read all but those about themselves; a school's leads their school's, others their own."""
    if person.is_staff:
        return Complaint.objects.exclude(about=person)
    whole = CustomerMembership.objects.filter(person=person, role__in=SEES_WHOLE_SCHOOL)
    return Complaint.objects.filter(Q(raised_by=person) | Q(customer_id__in=whole.values("customer_id")))


def steps_of(complaint: Complaint, *, for_staff: bool) -> QuerySet[ComplaintStep]:
    """The history; without what is internal for people of schools."""
    rows = complaint.steps.select_related("by")
    return rows if for_staff else rows.exclude(kind__in=INTERNAL)


def deciders_of(complaint: Complaint) -> list[int]:
    """Ids of those who are to decide at its stage; of the next stage that has anybody besides whom it is about."""
    with as_provider():  # people of schools do not see the staff's roles
        for stage in Stage:
            if stage >= complaint.stage and (found := _deciders_at(complaint, stage)):
                return found
        return _without(holders_of(StaffRole.ADMINISTRATOR), complaint)


def may_decide(person: Person, complaint: Complaint) -> bool:
    """Whether this person decides it: at its stage or above, and never the person it is about."""
    if not person.is_staff or person.pk == complaint.about_id:
        return False
    with as_provider():
        above = [key for stage in Stage if stage >= complaint.stage for key in _deciders_at(complaint, stage)]
    return person.pk in (above or deciders_of(complaint))


def _deciders_at(complaint: Complaint, stage: int) -> list[int]:
    found = {
        Stage.TECHNICIAN: lambda: working(complaint.technician),
        Stage.SUCCESS_MANAGER: lambda: success_managers_of(complaint.customer),
        Stage.LEADS: lambda: holders_of(StaffRole.TECHNICAL_LEAD),
        Stage.SENIOR_MANAGEMENT: lambda: holders_of(StaffRole.SENIOR_MANAGEMENT),
    }[Stage(stage)]()
    return _without(found, complaint)


def _without(person_ids: list[int], complaint: Complaint) -> list[int]:
    return [key for key in person_ids if key != complaint.about_id]


def complained_about() -> Exists:
    """Whether an open complaint is about the ticket of the outer query; not for the person complained about."""
    rows = Complaint.objects.filter(ticket=OuterRef("pk"), decided_at__isnull=True)
    person_id = current_scope().person_id
    return Exists(rows if person_id is None else rows.exclude(about=person_id))
