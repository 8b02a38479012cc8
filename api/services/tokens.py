"""Tokens are made once, shown once, and end by a date or by hand (Rule I7)."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Customer, CustomerMembership, Person
from accounts.permissions import SEES_WHOLE_SCHOOL
from accounts.services import audit_record
from api.models import ApiToken, TokenScope

PREFIX = "cdt_"  # so that a scanner for leaked secrets knows one when it sees it
SECRET_BYTES = 32
LONGEST_LIFE = timedelta(days=731)
HINT_LENGTH = len(PREFIX) + 6


def token_digest(secret: str) -> str:
    """What is stored of a secret. It holds 256 random bits, so that a fast hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def token_create(
    *,
    name: str,
    person: Person,
    created_by: Person,
    scopes: Collection[str],
    expires_at: datetime,
    customer: Customer | None = None,
) -> tuple[ApiToken, str]:
    """A token that acts for `person`, inside `customer` alone where one is given; and its secret, which is not kept.

    Raises ValidationError by field.
    """
    token = ApiToken(
        name=name.strip(),
        person=person,
        customer=customer,
        scopes=sorted(set(scopes)),
        created_by=created_by,
        expires_at=expires_at,
    )
    _check(token, timezone.now())
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token.hint, token.digest = secret[:HINT_LENGTH], token_digest(secret)
    token.save()
    audit_record(
        action="api_token.created",
        target=token,
        changes={"scopes": ([], token.scopes), "acts_for": ("", person.name)},
    )
    return token, secret


@transaction.atomic
def token_revoke(*, token: ApiToken) -> ApiToken:
    """End a token now and for good. A second time changes nothing."""
    token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        audit_record(action="api_token.revoked", target=token)
    return token


def _check(token: ApiToken, now: datetime) -> None:
    problems: dict[str, str] = {}
    if not token.name:
        problems["name"] = _("Give the token a name, so that others know what uses it.")
    if set(token.scopes) - set(TokenScope.values):
        problems["scopes"] = _("There is no such permission.")
    if not now < token.expires_at <= now + LONGEST_LIFE:
        problems["expires_at"] = _("Choose a day from tomorrow on, at most two years ahead.")
    if not _may_act(token):
        problems["person"] = (
            _("Choose somebody of the provider's staff who is active.")
            if token.customer_id is None
            else _("Choose an active person of this school who sees all of its tickets.")
        )
    if problems:
        raise ValidationError(problems)


def _may_act(token: ApiToken) -> bool:
    if not token.person.is_active:
        return False
    if token.customer_id is None:
        return token.person.is_staff
    roles = CustomerMembership.objects.filter(person=token.person, customer_id=token.customer_id)
    return roles.filter(role__in=SEES_WHOLE_SCHOOL).exists()
