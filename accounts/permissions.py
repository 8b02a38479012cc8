"""Who may do what. One table, deny by default; the pages, the API and the services ask nothing else."""

from enum import StrEnum

from accounts.models.people import CustomerRole, StaffRole


class Permission(StrEnum):
    """What a person of the provider's staff may do."""

    WORK_TICKETS = "work_tickets"
    SEE_REPORTS = "see_reports"
    WRITE_REPORTS = "write_reports"
    SEE_CONTRACTS = "see_contracts"
    MANAGE_CONTRACTS = "manage_contracts"
    PLAN_VISITS = "plan_visits"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_CALENDARS = "manage_calendars"
    MANAGE_MAIL = "manage_mail"
    EXEMPT_CLOCKS = "exempt_clocks"
    TAKE_CONFIDENTIAL = "take_confidential"
    OVERRULE_IDENTITY = "overrule_identity"
    HAND_BACK = "hand_back"
    CORRECT_WORK_TIME = "correct_work_time"
    HANDLE_COMPLAINTS = "handle_complaints"
    SEE_SATISFACTION = "see_satisfaction"
    HANDLE_REVIEWS = "handle_reviews"
    SHARE_VIEWS = "share_views"
    PUBLISH_KNOWLEDGE = "publish_knowledge"
    MANAGE_PROVIDER = "manage_provider"
    PROTECT_DATA = "protect_data"


_DESK = frozenset({Permission.WORK_TICKETS, Permission.SEE_CONTRACTS, Permission.SEE_REPORTS})

STAFF_PERMISSIONS: dict[StaffRole, frozenset[Permission]] = {
    StaffRole.TECHNICIAN_1: _DESK,
    StaffRole.TECHNICIAN_2: _DESK,
    StaffRole.TECHNICAL_LEAD: _DESK
    | {
        Permission.EXEMPT_CLOCKS,
        Permission.HAND_BACK,
        Permission.CORRECT_WORK_TIME,
        Permission.HANDLE_COMPLAINTS,
        Permission.SEE_SATISFACTION,
        Permission.HANDLE_REVIEWS,
        Permission.MANAGE_MAIL,
        Permission.PLAN_VISITS,
        Permission.OVERRULE_IDENTITY,
        Permission.SHARE_VIEWS,
        Permission.PUBLISH_KNOWLEDGE,
    },
    StaffRole.SUCCESS_MANAGER: _DESK
    | {
        Permission.WRITE_REPORTS,
        Permission.MANAGE_CONTRACTS,
        Permission.PLAN_VISITS,
        Permission.MANAGE_PEOPLE,
        Permission.EXEMPT_CLOCKS,
        Permission.HAND_BACK,
        Permission.CORRECT_WORK_TIME,
        Permission.HANDLE_COMPLAINTS,
        Permission.SEE_SATISFACTION,
        Permission.HANDLE_REVIEWS,
        Permission.PUBLISH_KNOWLEDGE,
    },
    StaffRole.SENIOR_MANAGEMENT: _DESK
    | {
        Permission.WRITE_REPORTS,
        Permission.EXEMPT_CLOCKS,
        Permission.HAND_BACK,
        Permission.CORRECT_WORK_TIME,
        Permission.HANDLE_COMPLAINTS,
        Permission.SEE_SATISFACTION,
        Permission.HANDLE_REVIEWS,
        Permission.PUBLISH_KNOWLEDGE,
        Permission.TAKE_CONFIDENTIAL,
        Permission.OVERRULE_IDENTITY,
    },
    StaffRole.ADMINISTRATOR: frozenset(Permission),
}

# People of schools who see all of their school's tickets; a requester sees their own (Rule T2, T3).
SEES_WHOLE_SCHOOL = frozenset(
    {CustomerRole.RELATIONSHIP_OWNER, CustomerRole.BUSINESS_MANAGER, CustomerRole.IT_LEAD}
)


def permissions_of(roles: frozenset[str]) -> frozenset[Permission]:
    """What these staff roles allow together."""
    return frozenset().union(*(STAFF_PERMISSIONS[StaffRole(role)] for role in roles))
