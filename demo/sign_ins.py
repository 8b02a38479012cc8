"""Who can sign in to the loaded demo: one person for each role, with the page to look at first."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from accounts.models import CustomerMembership, CustomerRole, Person, StaffMembership, StaffRole
from accounts.tenancy.lookups import provider_id_for
from accounts.tenancy.scope import Scope, open_scope
from demo.installation import DEMO_PROVIDERS, PASSWORD

TO_TRY = {
    StaffRole.TECHNICIAN_1: "Answer the next due request; log a telephone call",
    StaffRole.TECHNICIAN_2: "Take an escalated request and fix it",
    StaffRole.TECHNICAL_LEAD: "See what is due soon or missed, and confirm an explanation",
    StaffRole.SUCCESS_MANAGER: "Find out why a promise was missed last quarter",
    StaffRole.SENIOR_MANAGEMENT: "Compare what was promised with what was kept",
    StaffRole.ADMINISTRATOR: "Enter the next Christmas shutdown; look at mail in quarantine",
    CustomerRole.REQUESTER: "Tell us of a broken projector, on a telephone",
    CustomerRole.IT_LEAD: "Follow everything of your school, or of each school of your trust",
    CustomerRole.BUSINESS_MANAGER: "See how well we keep our promise",
    CustomerRole.RELATIONSHIP_OWNER: "See all open requests of the school",
    CustomerRole.FINANCE_CONTACT: "Log a request of your own",
}
# A second provider shows that nothing crosses over; fewer of its people are enough for that.
BRIEFLY = (StaffRole.TECHNICIAN_1, StaffRole.ADMINISTRATOR, CustomerRole.IT_LEAD)


@dataclass(frozen=True, slots=True)
class SignIn:
    role: str
    name: str
    email: str
    page: str
    to_try: str


def sign_ins() -> list[SignIn]:
    """One person for each role whose password is still the demo's; of the second provider a few."""
    found: list[SignIn] = []
    for plan in DEMO_PROVIDERS:
        provider_id = provider_id_for(plan.slug)
        if provider_id is None:
            continue
        with open_scope(Scope(provider_id=provider_id)):
            for role in [*StaffRole, *CustomerRole]:
                person = _holder(role)
                if person is not None and (not found or not _is_second(plan.slug) or role in BRIEFLY):
                    found.append(_sign_in(plan.slug, role, person))
    return found


def sign_ins_table() -> str:
    """The sign-ins as text for a terminal; empty when no demo is loaded."""
    rows = sign_ins()
    if not rows:
        return ""
    lines = [f"Sign in with any of these. The password is the same for all: {PASSWORD}", ""]
    columns = [("Role", "Name", "Address", "Page", "What to try")]
    columns += [(row.role, row.name, row.email, row.page, row.to_try) for row in rows]
    widths = [max(len(row[position]) for row in columns) for position in range(4)]
    for row in columns:
        cells = [cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _is_second(slug: str) -> bool:
    return slug != DEMO_PROVIDERS[0].slug


def _holder(role: StaffRole | CustomerRole) -> Person | None:
    """The first person with the role who still has the demo's password."""
    memberships = (
        StaffMembership.objects.filter(role=role)
        if isinstance(role, StaffRole)
        else CustomerMembership.objects.filter(role=role)
    )
    row = memberships.select_related("person__user").order_by("person_id").first()
    if row is None or row.person.user is None or not row.person.user.check_password(PASSWORD):
        return None
    return row.person


def _sign_in(slug: str, role: StaffRole | CustomerRole, person: Person) -> SignIn:
    page = reverse("desk:queue" if person.is_staff else _portal_page(person), args=[slug])
    return SignIn(str(role.label), person.name, person.email, settings.BASE_URL + page, TO_TRY[role])


def _portal_page(person: Person) -> str:
    """Where somebody of a school lands."""
    several = person.customer_memberships.values("customer").distinct().count() > 1
    return "portal_schools:list" if several else "portal:home"
