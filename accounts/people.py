"""Writes of people: changing, roles, switching off and on, teams, invitations. Audited, inside the caller's scope."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.mailing import sign_in_mail_send
from accounts.models import (
    Customer,
    CustomerMembership,
    CustomerRole,
    Person,
    StaffMembership,
    StaffRole,
    Team,
    TeamMember,
)
from accounts.services import audit_record, user_for
from accounts.telephone import LONGEST, Number, exact_key
from accounts.tenancy.scope import current_scope


@transaction.atomic
def person_change(*, person: Person, name: str, email: str, phone: str) -> Person:
    """Change what is known of a person. A new address means a credential of its own (Rule T3).

    Raises ValidationError when another person of the provider has the address.
    """
    email = email.strip().lower()
    if Person.objects.filter(email=email.strip().lower()).exclude(pk=person.pk).exists():
        raise ValidationError({"email": _("Another person has this e-mail address.")}, code="email_taken")
    new = {"name": name, "email": email, "phone": phone}
    changes = {
        key: (getattr(person, key), value) for key, value in new.items() if getattr(person, key) != value
    }
    if not changes:
        return person
    if "email" in changes and person.user_id is not None:
        person.user = user_for(email=email)
    for key, value in new.items():
        setattr(person, key, value)
    if "email" in changes:
        person.unreached_at, person.unreached_why = None, ""
    person.save()
    audit_record(action="person.changed", target=person, changes=changes)
    return person


@transaction.atomic
def person_phone_add(*, person: Person, number: Number) -> None:
    """One more telephone number of a person, unless they have it (Rule I5).

    Raises ValidationError where no more fit.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    if exact_key(number) in person.phone_keys:
        return
    before = person.phone
    person.phone = ", ".join(filter(None, [before, number.shown]))
    if len(person.phone) > LONGEST:
        raise ValidationError({"phone": _("There is no room for another number: remove one first.")})
    person.save(update_fields=["phone", "phone_keys"])
    audit_record(action="person.changed", target=person, changes={"phone": (before, person.phone)})


def people_unreached(why: Mapping[str, str], *, at: datetime) -> None:
    """Mail to these addresses (lower case) came back for good, with these words. Shown wherever they are written to."""
    for address, words in why.items():
        Person.objects.filter(email=address).update(unreached_at=at, unreached_why=words[:300])


def person_reached(person: Person) -> None:
    """They have written from their address: it is alive, whatever came back before."""
    if person.unreached_at is not None:
        person.unreached_at, person.unreached_why = None, ""
        person.save(update_fields=["unreached_at", "unreached_why"])


@transaction.atomic
def staff_roles_set(*, person: Person, roles: Collection[str]) -> None:
    """Give a person of the staff exactly these roles (Rule T3).

    Raises ValidationError for no role, and where the provider would be left without an administrator.
    """
    if not roles:
        raise ValidationError(_("Choose at least one role."))
    before = set(person.staff_memberships.values_list("role", flat=True))
    after = {StaffRole(role).value for role in roles}
    if before == after:
        return
    if StaffRole.ADMINISTRATOR in before - after:
        _refuse_last_administrator(person)
    person.staff_memberships.filter(role__in=before - after).delete()
    StaffMembership.objects.bulk_create(StaffMembership(person=person, role=role) for role in after - before)
    audit_record(action="person.roles", target=person, changes={"roles": (sorted(before), sorted(after))})


@transaction.atomic
def staff_teams_set(*, person: Person, team_ids: Collection[int]) -> None:
    """Put a person of the staff into exactly these teams."""
    own = TeamMember.objects.filter(person=person)
    before = {row.team_id: row.team.name for row in own.select_related("team")}
    after = dict(Team.objects.filter(pk__in=team_ids).values_list("pk", "name"))
    if before == after:
        return
    own.exclude(team_id__in=after).delete()
    TeamMember.objects.bulk_create(
        TeamMember(person=person, team_id=key) for key in after if key not in before
    )
    audit_record(
        action="person.teams",
        target=person,
        changes={"teams": (sorted(before.values()), sorted(after.values()))},
    )


@transaction.atomic
def person_switch(*, person: Person, is_active: bool, reason: str = "") -> None:
    """Let a person in again, or keep them out from now on; their records stay.

    Raises ValidationError for oneself and for the last administrator.
    """
    if person.is_active == is_active:
        return
    if not is_active:
        if person.pk == current_scope().person_id:
            raise ValidationError(_("You cannot deactivate yourself."))
        _refuse_last_administrator(person)
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    action = "person.reactivated" if is_active else "person.deactivated"
    audit_record(action=action, target=person, reason=reason)


@transaction.atomic
def contact_roles_set(
    *, customer: Customer, person: Person, roles: Collection[str], is_nominated: bool
) -> None:
    """Give a person exactly these roles at one customer; none takes them out of it (Rule T3)."""
    own = CustomerMembership.objects.filter(customer=customer, person=person)
    before = {row.role: row.is_nominated for row in own}
    after = {CustomerRole(role).value: is_nominated for role in roles}
    if before == after:
        return
    own.exclude(role__in=after).delete()
    own.update(is_nominated=is_nominated)
    CustomerMembership.objects.bulk_create(
        CustomerMembership(customer=customer, person=person, role=role, is_nominated=is_nominated)
        for role in after
        if role not in before
    )
    changes: dict[str, tuple[Any, Any]] = {"roles": (sorted(before), sorted(after))}
    if any(before.values()) != is_nominated:
        changes["is_nominated"] = (any(before.values()), is_nominated)
    audit_record(action="person.roles", target=person, changes=changes, customer_id=customer.pk)


@transaction.atomic
def team_save(*, team: Team | None, name: str, lead: Person | None, members: Iterable[Person]) -> Team:
    """A new team, or other words, lead and members for one that there is (Rule S11)."""
    is_new = team is None
    team = team or Team()
    before = {"name": team.name, "lead": str(team.lead) if team.lead_id else None}
    team.name, team.lead = name, lead
    team.save()
    wanted = {person.pk for person in members}
    had = set(TeamMember.objects.filter(team=team).values_list("person_id", flat=True))
    TeamMember.objects.filter(team=team).exclude(person_id__in=wanted).delete()
    TeamMember.objects.bulk_create(TeamMember(team=team, person_id=key) for key in wanted - had)
    changes: dict[str, tuple[Any, Any]] = {
        "name": (before["name"], name),
        "lead": (before["lead"], str(lead) if lead else None),
        "members": (len(had), len(wanted)),
    }
    changes = {key: pair for key, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        audit_record(action="team.created" if is_new else "team.changed", target=team, changes=changes)
    return team


@transaction.atomic
def invitation_send(*, person: Person) -> None:
    """Mail a person the way in: a signed link for setting a password, which expires and works once (Rule T4).

    Somebody who has a password already, perhaps at another provider, is pointed to the sign-in page instead.
    Raises ValidationError for a person who is switched off.
    """
    if not person.is_active:
        raise ValidationError(_("Reactivate this person before you invite them."))
    if person.user is None:
        person.user = user_for(email=person.email)
        person.save(update_fields=["user"])
    user = person.user
    has_password = user.has_usable_password()
    path = (
        reverse("account_login")
        if has_password
        else reverse(
            "account_reset_password_from_key",
            kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
        )
    )
    provider = person.provider
    context = {
        "person": person,
        "provider": provider,
        "link": f"{settings.BASE_URL}{path}",
        "has_password": has_password,
        "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60),
    }
    sign_in_mail_send(
        recipients=[person.email],
        subject=_("Your way in to %(provider)s support") % {"provider": provider.name},
        text=render_to_string("accounts/mail/invitation.txt", context),
    )
    audit_record(action="person.invited", target=person)


def _refuse_last_administrator(person: Person) -> None:
    # The rows are locked, so that two administrators who switch each other off at once do not both succeed.
    administrators = list(
        StaffMembership.objects.select_for_update()
        .filter(role=StaffRole.ADMINISTRATOR, person__is_active=True)
        .values_list("person_id", flat=True)
    )
    if administrators == [person.pk]:
        raise ValidationError(_("This is the last administrator. Make somebody else an administrator first."))
