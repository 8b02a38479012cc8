"""Who asks."""

from accounts.tenancy.scope import current_scope


def asking_person() -> int:
    """The person of the open scope. Raises ValueError for the software itself, which asks for nothing about people."""
    person = current_scope().person_id
    if person is None:
        raise ValueError("Only a person can ask for this.")
    return person
