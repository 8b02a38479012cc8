"""Who stands where a person stood whose records have gone: rows that must name somebody name them (Rule T7)."""

from accounts.models import Person

ADDRESS = "{what}@removed.invalid"


def nobody() -> Person:
    """The provider's stand-in for all people of schools whose period is over. Nobody can sign in or be written to."""
    person, _is_new = Person.objects.get_or_create(
        email=ADDRESS.format(what="nobody"), defaults={"name": "Somebody of the school", "is_active": False}
    )
    return person
