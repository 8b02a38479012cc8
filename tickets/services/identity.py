"""Verifying who asks for a change of an account, and the passphrases for it (Rule T6)."""

from collections.abc import Collection
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer, Person, Provider
from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from tickets.errors import WrongState
from tickets.identity import approving_contacts, identity_is_missing, identity_methods, known_numbers
from tickets.models import (
    Category,
    Direction,
    IdentityCheck,
    IdentityMethod,
    Passphrase,
    Ticket,
)
from tickets.services.base import event_add, ticket_lock, ticket_save

SHORTEST = 10  # characters: it is said aloud, so several words are easier than signs
TRIES = 5
LOCKED_FOR = timedelta(minutes=30)


@transaction.atomic
def identity_policy_set(*, methods: Collection[str], categories: Collection[Category]) -> None:
    """By which methods a caller is verified, and which categories change somebody's account or access."""
    provider = current_provider()
    before, chosen = sorted(provider.identity_methods), sorted(methods)
    Provider.objects.filter(pk=provider.pk).update(identity_methods=chosen)
    keys = {category.pk for category in categories}
    had = set(Category.objects.filter(changes_account=True).values_list("pk", flat=True))
    Category.objects.filter(pk__in=keys - had).update(changes_account=True)
    Category.objects.filter(pk__in=had - keys).update(changes_account=False)
    if before != chosen or had != keys:
        changes = {
            "identity_methods": (before, chosen),
            "categories_that_change_accounts": (sorted(had), sorted(keys)),
        }
        audit_record(action="provider.changed", target=provider, changes=changes)


@transaction.atomic
def passphrase_set(*, customer: Customer, person: Person, words: str, by: Person) -> None:
    """Give a person of a school a new passphrase; it opens what was locked.

    Raises ValidationError by field: words.
    """
    if len(_plain(words)) < SHORTEST:
        raise ValidationError(
            {"words": _("Use at least %(count)d letters, best several words.") % {"count": SHORTEST}}
        )
    Passphrase.objects.update_or_create(
        customer=customer,
        person=person,
        defaults={
            "digest": make_password(_plain(words)),
            "set_by": by,
            "set_at": timezone.now(),
            "failures": 0,
            "locked_until": None,
        },
    )
    audit_record(action="person.passphrase_set", target=person, customer_id=customer.pk)


@transaction.atomic
def passphrase_matches(*, ticket: Ticket, words: str) -> bool:
    """Whether this is the requester's passphrase. A wrong one is counted; the caller must not roll that back.

    Raises WrongState where they have none, and while it is locked.
    """
    rows = Passphrase.objects.select_for_update().filter(
        customer_id=ticket.customer_id, person_id=ticket.requester_id
    )
    row = rows.first()
    now = timezone.now()
    if row is None:
        raise WrongState(_("This person has no passphrase yet. Use another way."))
    if row.locked_until is not None and row.locked_until > now:
        raise WrongState(_("Too many wrong passphrases. Use another way, or try again in half an hour."))
    if check_password(_plain(words), row.digest):
        row.failures, row.locked_until = 0, None
        row.save(update_fields=["failures", "locked_until"])
        return True
    row.failures += 1
    if row.failures >= TRIES:
        row.failures, row.locked_until = 0, now + LOCKED_FOR
    row.save(update_fields=["failures", "locked_until"])
    audit_record(action="ticket.passphrase_wrong", target=ticket)
    return False


@transaction.atomic
def identity_verify(
    *,
    ticket: Ticket,
    method: str,
    by: Person,
    number: str = "",
    contact: Person | None = None,
    words: str = "",
) -> IdentityCheck | None:
    """Keep that the requester was verified by one of the provider's methods. None: the passphrase was wrong.

    Raises ValidationError by field (method, number, contact), WrongState as `passphrase_matches`.
    """
    ticket = ticket_lock(ticket)
    if method not in identity_methods():
        raise ValidationError({"method": _("Choose one of your provider's methods.")})
    if method == IdentityMethod.CALL_BACK:
        if number not in known_numbers(ticket):
            raise ValidationError(
                {"number": _("Choose a number that we knew before, not one from this call.")}
            )
        evidence = _("Called back on %(number)s.") % {"number": number}
    elif method == IdentityMethod.CONTACT:
        if contact is None or not approving_contacts(ticket).filter(pk=contact.pk).exists():
            raise ValidationError(
                {"contact": _("Choose a named contact of the school, other than who asked.")}
            )
        evidence = _("Approved by %(name)s.") % {"name": contact.name}
    else:
        if not passphrase_matches(ticket=ticket, words=words):
            return None
        evidence = _("The passphrase was right.")
    return _keep(ticket, by=by, method=method, evidence=evidence)


@transaction.atomic
def identity_overrule(*, ticket: Ticket, by: Person, reason: str) -> IdentityCheck:
    """Go on without a verification. The caller has seen to it that the person leads.

    Raises ValidationError by field: reason.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    return _keep(ticket_lock(ticket), by=by, method="", evidence=reason)


def identity_needed(ticket: Ticket) -> None:
    """Raise WrongState where the caller has to be verified first; asked by whatever calls a ticket fixed."""
    if identity_is_missing(ticket):
        raise WrongState(
            _("The caller is not verified: this changes an account or access. Verify who asked first.")
        )


def _keep(ticket: Ticket, *, by: Person, method: str, evidence: str) -> IdentityCheck:
    check = IdentityCheck.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        person_id=ticket.requester_id,
        method=method,
        overruled=not method,
        evidence=evidence[:400],
        by=by,
        at=timezone.now(),
    )
    ticket.identity = check
    ticket_save(ticket)
    words = (
        _("Caller verified: %(evidence)s") if method else _("Not verified, and gone on with: %(evidence)s")
    )
    event_add(ticket, words % {"evidence": evidence}, direction=Direction.NOTE)
    audit_record(
        action="ticket.identity_verified" if method else "ticket.identity_overruled",
        target=ticket,
        changes={"method": ("", method or "overruled")},
        reason="" if method else evidence,
    )
    return check


def _plain(words: str) -> str:
    """As it is heard: without regard to capitals and spaces."""
    return "".join(words.casefold().split())
