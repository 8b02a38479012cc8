"""Writes of providers, customers and people. Each is one transaction inside the caller's scope, audited."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models, transaction

from accounts.models import (
    AuditEntry,
    Customer,
    CustomerDomain,
    CustomerMembership,
    CustomerRole,
    Person,
    StaffMembership,
    StaffRole,
    User,
)
from accounts.tenancy.scope import current_scope

Changes = Mapping[str, tuple[Any, Any]]


def audit_record(
    *,
    action: str,
    target: models.Model,
    changes: Changes | None = None,
    reason: str = "",
    customer_id: int | None = None,
) -> AuditEntry:
    """Write one line of the audit trail, in the transaction of the act itself. Never pass message texts."""
    entry = _entry(action, target, changes=changes, reason=reason, customer_id=customer_id)
    entry.save(force_insert=True)
    return entry


def audit_records(*, action: str, targets: Iterable[models.Model]) -> None:
    """The same act on several objects, with a line for each."""
    AuditEntry.objects.bulk_create(_entry(action, target) for target in targets)


def _entry(
    action: str,
    target: models.Model,
    *,
    changes: Changes | None = None,
    reason: str = "",
    customer_id: int | None = None,
) -> AuditEntry:
    own_customer = target.pk if isinstance(target, Customer) else getattr(target, "customer_id", None)
    return AuditEntry(
        actor_id=current_scope().person_id,
        action=action,
        object_type=target._meta.label_lower,
        object_id=target.pk,
        object_label=str(target)[:200],
        customer_id=customer_id or own_customer,
        changes={name: list(pair) for name, pair in (changes or {}).items()},
        reason=reason,
    )


@transaction.atomic
def customer_create(*, slug: str, name: str, domains: tuple[str, ...] = (), **details: Any) -> Customer:
    """A new customer with its mail domains."""
    customer = Customer.objects.create(slug=slug, name=name, **details)
    for domain in domains:
        CustomerDomain.objects.create(customer=customer, domain=domain)
    audit_record(action="customer.created", target=customer)
    return customer


@transaction.atomic
def customer_change(*, customer: Customer, domains: Collection[str], **details: Any) -> Customer:
    """Change what is known of a customer and which mail domains speak for it (Rule T5)."""
    before = {name: getattr(customer, name) for name in details}
    changes = {
        name: (_plain(before[name]), _plain(value))
        for name, value in details.items()
        if before[name] != value
    }
    for name, value in details.items():
        setattr(customer, name, value)
    customer.save()
    own = CustomerDomain.objects.filter(customer=customer)
    had = set(own.values_list("domain", flat=True))
    wanted = {domain.strip().lower().removeprefix("@") for domain in domains}
    own.exclude(domain__in=wanted).delete()
    CustomerDomain.objects.bulk_create(
        CustomerDomain(customer=customer, domain=domain) for domain in wanted - had
    )
    if had != wanted:
        changes["domains"] = (sorted(had), sorted(wanted))
    if changes:
        audit_record(action="customer.changed", target=customer, changes=changes)
    return customer


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, models.Model) else value


@transaction.atomic
def staff_create(*, name: str, email: str, roles: tuple[StaffRole, ...], phone: str = "") -> Person:
    """A person of the provider's staff, with a credential of their own (Rule T4)."""
    person = Person.objects.create(
        name=name, email=email.lower(), phone=phone, is_staff=True, user=user_for(email=email)
    )
    for role in roles:
        StaffMembership.objects.create(person=person, role=role)
    audit_record(action="person.created", target=person)
    return person


@transaction.atomic
def contact_create(
    *,
    customer: Customer,
    name: str,
    email: str,
    roles: tuple[CustomerRole, ...] = (CustomerRole.REQUESTER,),
    phone: str = "",
    nominated: bool = False,
    may_sign_in: bool = True,
) -> Person:
    """A person of a customer. Somebody whom the provider knows already gains a membership (Rule T2)."""
    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is None:
        user = user_for(email=email) if may_sign_in else None
        person = Person.objects.create(name=name, email=email.lower(), phone=phone, user=user)
        audit_record(action="person.created", target=person, customer_id=customer.pk)
    for role in roles:
        CustomerMembership.objects.get_or_create(
            customer=customer, person=person, role=role, defaults={"is_nominated": nominated}
        )
    return person


def user_for(*, email: str) -> User:
    """The one credential of this address, made without a password where there is none yet (Rule T3)."""
    found = User.objects.filter(email=email.strip().lower()).first()
    return found or User.objects.create_user(email)


def single_keys_set(*, user: User, works: bool) -> None:
    """Whether single keys do anything for whoever signs in with this. Nothing is audited: it is their own comfort."""
    User.objects.filter(pk=user.pk).update(single_keys=works)
