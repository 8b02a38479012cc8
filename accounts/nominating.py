"""Who at a school may ask for support, and what its relationship owner and IT lead decide about their own people
(rules T2, T4). Audited, inside the scope of somebody of the school.
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import (
    Customer,
    CustomerDomain,
    CustomerMembership,
    CustomerRole,
    Nomination,
    Person,
    Provider,
)
from accounts.people import contact_roles_set, invitation_send
from accounts.services import contact_create
from accounts.tenancy.scope import as_provider, current_scope

NOMINATING = frozenset({CustomerRole.RELATIONSHIP_OWNER, CustomerRole.IT_LEAD})


def nominated_only(customer: Customer, *, provider: Provider) -> bool:
    """Whether only nominated people of this school may ask: what was agreed with it, else what the provider has."""
    if customer.nomination == Nomination.AS_PROVIDER:
        return provider.nominated_users_only
    return customer.nomination == Nomination.ONLY_NOMINATED


def asking_rows(rows: Iterable[CustomerMembership], *, provider: Provider) -> list[CustomerMembership]:
    """Those memberships by which a person may ask. The school's named contacts need no nomination of their own.

    Reads the customer of each row: select it along.
    """
    return [
        row
        for row in rows
        if row.is_nominated
        or row.role != CustomerRole.REQUESTER
        or not nominated_only(row.customer, provider=provider)
    ]


@transaction.atomic
def colleague_add(*, customer: Customer, name: str, email: str) -> Person:
    """Somebody of the school, nominated and invited (Rule T4). A person whom the provider knows gains a membership.

    Raises ValidationError for an address of another domain than the school's, whose mail would be refused (Rule T5),
    for one of the provider's staff and for somebody who is switched off.
    """
    email = email.strip().lower()
    domains = CustomerDomain.objects.filter(customer=customer)
    if not domains.filter(domain=email.rpartition("@")[2]).exists():
        known = ", ".join(domains.values_list("domain", flat=True)) or "-"
        raise ValidationError(
            {"email": _("Use an address of your school (%(known)s).") % {"known": known}}, code="domain"
        )
    with as_provider():  # a person is the provider's row, and may be known from another school of the trust
        person = Person.objects.filter(email=email).first()
        if person is not None and (person.is_staff or not person.is_active):
            raise ValidationError(
                {"email": _("This person cannot be added here. Please ask your desk.")}, code="not_theirs"
            )
        person = contact_create(customer=customer, name=name, email=email, nominated=True)
        roles = _roles(customer, person)
        contact_roles_set(customer=customer, person=person, roles=roles, is_nominated=True)
        invitation_send(person=person)
    return person


def nomination_set(*, customer: Customer, person: Person, is_nominated: bool) -> None:
    """Whether the person may ask for support where only nominated people may (Rule T4)."""
    with as_provider():
        roles = _roles(customer, person)
        contact_roles_set(customer=customer, person=person, roles=roles, is_nominated=is_nominated)


def colleague_remove(*, customer: Customer, person: Person) -> None:
    """The person no longer belongs to the school; what they wrote stays.

    Raises ValidationError for oneself and for named contacts, whom the provider changes: else a school could be left
    without anybody who speaks for it.
    """
    if person.pk == current_scope().person_id:
        raise ValidationError(_("You cannot take yourself out of your school."))
    with as_provider():
        if set(_roles(customer, person)) != {CustomerRole.REQUESTER}:
            raise ValidationError(
                _("%(name)s is a named contact of your school. Please ask your desk for this change.")
                % {"name": person.name}
            )
        contact_roles_set(customer=customer, person=person, roles=(), is_nominated=False)


def _roles(customer: Customer, person: Person) -> list[str]:
    own = CustomerMembership.objects.filter(customer=customer, person=person)
    return list(own.values_list("role", flat=True))
