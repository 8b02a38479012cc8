from accounts.models.audit import AuditEntry
from accounts.models.organisations import Customer, CustomerDomain, Nomination, Provider
from accounts.models.people import (
    CustomerMembership,
    CustomerRole,
    Person,
    StaffMembership,
    StaffRole,
    Team,
    TeamMember,
)
from accounts.models.users import User

__all__ = [
    "AuditEntry",
    "Customer",
    "CustomerDomain",
    "CustomerMembership",
    "CustomerRole",
    "Nomination",
    "Person",
    "Provider",
    "StaffMembership",
    "StaffRole",
    "Team",
    "TeamMember",
    "User",
]
