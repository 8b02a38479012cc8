"""What this app holds of people: who they are, where they belong, how they sign in, what they did (Rule T7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.formerly import known_of
from accounts.models import (
    AuditEntry,
    Customer,
    CustomerMembership,
    Person,
    StaffMembership,
    Team,
    TeamMember,
    User,
)
from accounts.nobody import ADDRESS
from accounts.protecting import Fate, Holding, Paths, RecordKind, holding_add, obstacle_add, record_kind_add
from accounts.tenancy.going import rows_remove

ERASED_NAME = "Erased person"


def _old_entries(before: datetime) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(at__lt=before)


def _entries_remove(ids: Sequence[int]) -> Paths:
    rows_remove(AuditEntry, ids)
    return []


def _about(person: Person) -> Q:
    return Q(object_type="accounts.person", object_id=person.pk)


def _memberships_erase(person: Person) -> Paths:
    for model in (CustomerMembership, StaffMembership, TeamMember):
        rows: QuerySet[Any] = model._default_manager.filter(person=person)
        rows.delete()
    return []


def _credential_erase(person: Person) -> Paths:
    """The way in goes, and that of an earlier address, unless another provider knows the same human being."""
    emails = known_of(person).email
    Person.objects.filter(pk=person.pk).update(user=None)
    for user in User.objects.filter(Q(pk=person.user_id or 0) | Q(email__in=emails)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT accounts_user_is_used(%s)", [user.pk])
            is_used = bool(cursor.fetchone()[0])
        if not is_used:
            user.delete()
    return []


def _person_erase(person: Person) -> Paths:
    """The row stays, since others point at it; it names nobody any more."""
    row = Person.objects.get(pk=person.pk)
    row.name, row.phone, row.is_active = ERASED_NAME, "", False
    row.email = ADDRESS.format(what=f"erased-{row.pk}")
    row.unreached_at, row.unreached_why = None, ""
    row.save()
    return []


def _duties(person: Person) -> str:
    if not person.is_staff:
        return ""
    if Customer.objects.filter(success_manager=person).exists():
        return gettext("They look after schools as customer success manager: name somebody else first.")
    if Team.objects.filter(lead=person).exists():
        return gettext("They lead a team: name somebody else first.")
    if person.is_active:
        return gettext("They still work for you: switch them off under Staff first.")
    return ""


obstacle_add(_duties)
record_kind_add(
    RecordKind(
        key="audit",
        order=90,
        name=_("Audit trail"),
        begins=_("with the act"),
        loses=_("The line is removed."),
        usual_days=2555,
        least_days=365,
        rows=_old_entries,
        began="at",
        release=_entries_remove,
        people=("actor",),
        is_append_only=True,
    )
)
holding_add(
    Holding(
        key="memberships",
        name=_("Roles at schools"),
        rows=lambda person: CustomerMembership.objects.filter(person=person),
        shows=("customer__name", "role", "is_nominated"),
        fate=Fate.GOES,
        why=_("They belong to no school and hold no role any more."),
        erase=_memberships_erase,
    )
)
holding_add(
    Holding(
        key="staff_roles",
        name=_("Roles at the desk"),
        rows=lambda person: StaffMembership.objects.filter(person=person),
        shows=("role",),
        fate=Fate.GOES,
        why=_("They hold no role any more and belong to no team."),
    )
)
holding_add(
    Holding(
        key="sign_in",
        name=_("Sign-in"),
        rows=lambda person: User.objects.filter(people=person),
        shows=("email", "date_joined", "last_login", "password_changed_at", "time_zone"),
        fate=Fate.GOES,
        why=_("They cannot sign in any more. Where another provider knows them too, that way in stays."),
        erase=_credential_erase,
    )
)
holding_add(
    Holding(
        key="sign_in_addresses",
        name=_("Addresses to sign in with"),
        rows=lambda person: EmailAddress.objects.filter(user=person.user_id),
        shows=("email", "verified", "primary"),
        fate=Fate.GOES,
        why=_("They go with the way in."),
    )
)
holding_add(
    Holding(
        key="sessions",
        name=_("Where they are signed in"),
        rows=lambda person: UserSession.objects.filter(user=person.user_id),
        shows=("created_at", "last_seen_at", "ip", "user_agent"),
        fate=Fate.GOES,
        why=_("They go with the way in."),
    )
)
holding_add(
    Holding(
        key="audit_by",
        name=_("What they did (audit trail)"),
        rows=lambda person: AuditEntry.objects.filter(actor=person),
        shows=("at", "action", "object_type", "object_label", "reason"),
        fate=Fate.STAYS,
        why=_("The trail must show what was done; in the place of the name stands 'Erased person'."),
        others=True,
    )
)
holding_add(
    Holding(
        key="audit_about",
        name=_("What was done to their record (audit trail)"),
        rows=lambda person: AuditEntry.objects.filter(_about(person)).exclude(actor=person),
        shows=("at", "action", "actor__name", "changes", "reason"),
        fate=Fate.STAYS,
        why=_("The trail must show what was done; name, address and numbers in it are replaced."),
        others=True,
    )
)
holding_add(
    Holding(
        key="person",
        name=_("Name, address and telephone"),
        rows=lambda person: Person.objects.filter(pk=person.pk),
        shows=("name", "email", "phone", "is_staff", "is_active", "created_at"),
        fate=Fate.GOES,
        why=_("The record stays without them, so that figures and the audit trail still fit together."),
        erase=_person_erase,
    )
)
