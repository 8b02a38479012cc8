"""Mailboxes by name, how each is doing, and their settings with the passwords they are read with (Rule I1)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.senders import may_send_from
from accounts.services import audit_record
from accounts.tenancy.lookups import provider_id_for
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import Scope, open_scope
from tickets.intake.secrets import secret_encrypt
from tickets.models import ADDRESS_IN_USE_ONCE, InboundMail, InboundState, Mailbox

# Where the password is sent to, and for whom: a change of these needs it anew, else it could be lured out of us.
_SENT_TO = ("host", "port", "use_tls", "username", "token_url", "client_id")


class UnknownMailbox(LookupError):
    """No mailbox in use has this name; the message says what to do."""


def mailbox_named(name: str) -> Mailbox:
    """The mailbox with this address, or the default one of the provider with this short name.

    Raises UnknownMailbox. Needs no open scope: the tenant is not known yet.
    """
    return _by_address(name) if "@" in name else _default_of(name)


def _by_address(address: str) -> Mailbox:
    with connection.cursor() as cursor:
        cursor.execute("SELECT provider_id, id FROM tickets_mailbox(%s)", [address.strip()])
        found = cursor.fetchone()
    if found is None:
        raise UnknownMailbox(f"There is no mailbox in use called {address}.")
    provider_id, mailbox_id = found
    with open_scope(Scope(provider_id=provider_id)):
        return Mailbox.objects.get(pk=mailbox_id)


def _default_of(slug: str) -> Mailbox:
    provider_id = provider_id_for(slug)
    if provider_id is None:
        raise UnknownMailbox(f"There is no provider called {slug}, and it is no mailbox address either.")
    with open_scope(Scope(provider_id=provider_id)):
        mailbox = Mailbox.objects.filter(is_default=True, is_active=True).first()
    if mailbox is None:
        raise UnknownMailbox(f"{slug} has no default mailbox in use. Name a mailbox by its address.")
    return mailbox


def addresses_in_use() -> frozenset[str]:
    """The addresses that the provider of the open scope reads mail of, in lower case."""
    rows = Mailbox.objects.filter(is_active=True).values_list("address", flat=True)
    return frozenset(address.lower() for address in rows)


def mailboxes_with_waiting() -> QuerySet[Mailbox]:
    """The provider's mailboxes, each with `waiting`: messages that are stored and not decided yet."""
    undecided = InboundMail.objects.filter(mailbox=OuterRef("pk"), state=InboundState.STORED).order_by()
    counted = undecided.values("mailbox").annotate(number=Count("pk")).values("number")
    rows = Mailbox.objects.annotate(waiting=Coalesce(Subquery(counted), 0))
    return rows.order_by("-is_active", "address")


def needs_password(mailbox: Mailbox | None, *, host: str, **details: Any) -> bool:
    """Whether these settings can only be stored together with a password."""
    if not host:
        return False
    if mailbox is None or not mailbox.secret:
        return True
    asked = {"host": host, **details}
    return any(asked.get(name, getattr(mailbox, name)) != getattr(mailbox, name) for name in _SENT_TO)


@transaction.atomic
def mailbox_save(*, mailbox: Mailbox | None, password: str = "", **details: Any) -> Mailbox:
    """Make a mailbox, or change one; `details` are its fields. Without a `password` the stored one stays.

    The first mailbox of a provider is its default, and a new default replaces the old one. With another server,
    user or folder everything is read anew, and what we hold already is known by its bytes. Raises ValidationError for
    an address that another mailbox has, here or at another provider, where a password is missing, and where the
    provider's mail is sent from the address that would go.
    """
    row = mailbox or Mailbox()
    if details["host"] and not password and needs_password(mailbox, **details):
        raise ValidationError({"password": _("Enter the password for this server and user.")})
    _check_address(row, details["address"])
    others = Mailbox.objects.select_for_update(of=("self",)).exclude(pk=row.pk)
    defaults = [other for other in others if other.is_default]
    details["is_default"] = details["is_default"] or not defaults
    changes = {
        name: (getattr(row, name) if mailbox else "", value)
        for name, value in details.items()
        if mailbox is None or getattr(row, name) != value
    }
    is_elsewhere = any(name in changes for name in ("host", "username", "folder"))
    for name, value in details.items():
        setattr(row, name, value)
    if is_elsewhere:
        row.uid_validity, row.last_uid = None, 0
    if password:
        row.secret = secret_encrypt(password)
        changes["password"] = ("", _("entered anew"))
    elif not row.host:
        row.secret = ""
    if row.is_default and defaults:
        Mailbox.objects.filter(pk__in=[other.pk for other in defaults]).update(is_default=False)
    _look_now(row)
    _store(row)
    audit_record(
        action="mailbox.changed" if mailbox else "mailbox.created",
        target=row,
        changes={name: (str(old), str(new)) for name, (old, new) in changes.items()},
    )
    return row


@transaction.atomic
def mailbox_switch(*, mailbox: Mailbox, is_active: bool) -> Mailbox:
    """Stop reading a mailbox and taking mail in for it, or begin again. What was stored is decided all the same.

    Raises ValidationError where the address has been taken meanwhile, or the provider's mail is sent from it.
    """
    row = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
    if row.is_active != is_active:
        row.is_active = is_active
        _look_now(row)
        _store(row)
        audit_record(action="mailbox.switched_on" if is_active else "mailbox.switched_off", target=row)
    return row


def _check_address(row: Mailbox, address: str) -> None:
    if Mailbox.objects.filter(address=address).exclude(pk=row.pk).exists():
        raise ValidationError({"address": _("There is another mailbox with this address.")})


def _store(row: Mailbox) -> None:
    """Save it, so that one address is one mailbox of the installation and the sender's address stays the provider's."""
    provider = current_provider()
    may_send = may_send_from(provider, provider.support_email)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if ADDRESS_IN_USE_ONCE not in str(error):
            raise
        # Not a word of whose it is: another provider's mailboxes are nobody else's business.
        raise ValidationError(
            {"address": _("This address is already in use on this installation.")}
        ) from error
    if may_send and not may_send_from(provider, provider.support_email):
        raise ValidationError(
            {
                "address": _(
                    "Your mail to schools is sent from %(address)s. First choose another in Brand and addresses."
                )
                % {"address": provider.support_email}
            }
        )


def _look_now(row: Mailbox) -> None:
    """Forget earlier failures, and look again at once where there is a server to look at."""
    row.failures, row.last_failure, row.last_error, row.dead_at = 0, "", "", None
    row.wake_at = timezone.now() if row.is_active and row.host else None
