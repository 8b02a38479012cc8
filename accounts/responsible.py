"""Who answers for a school: at the provider its success manager, at the school its IT lead (rules T3, E1).

For the provider's own view: people of schools do not see the staff's roles.
"""

from accounts.models import Customer, CustomerMembership, CustomerRole, Person, StaffMembership, StaffRole

# In this order. Both see every ticket of their school, so they learn nothing that was kept from them.
CONTACT_ROLES = (CustomerRole.IT_LEAD, CustomerRole.RELATIONSHIP_OWNER)


def success_managers_of(customer: Customer) -> list[int]:
    """Ids of the school's success manager; of all of them where it has none, or has one who has left."""
    return working(customer.success_manager) or holders_of(StaffRole.SUCCESS_MANAGER)


def holders_of(role: StaffRole) -> list[int]:
    """Ids of the active people of the staff with a role."""
    rows = StaffMembership.objects.filter(role=role, person__is_active=True)
    return list(rows.order_by("person_id").values_list("person_id", flat=True))


def working(person: Person | None) -> list[int]:
    """The id of somebody who is there and active, else nobody's."""
    return [person.pk] if person is not None and person.is_active else []


def contact_of(customer_id: int) -> Person | None:
    """Who is written to at a school where nobody in particular asked; None where nobody is left."""
    for role in CONTACT_ROLES:
        rows = CustomerMembership.objects.filter(customer_id=customer_id, role=role, person__is_active=True)
        first = rows.select_related("person").order_by("id").first()
        if first is not None:
            return first.person
    return None
