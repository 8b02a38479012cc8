"""What a provider asks of a sign-in: two factors, a password of one's own, a password that is not too old (Rule T4).

Somebody who belongs to several providers follows the strictest rule among them (Rule T3): the rules of all are
gathered when they sign in; those of the provider at hand are read afresh for each page.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Provider, User
from accounts.tenancy.lookups import memberships_of
from accounts.tenancy.scope import open_scope

SESSION_KEY = "sign_in_rules"


@dataclass(frozen=True, slots=True)
class SignInRules:
    """The strictest of some rules. `max_age_days` None: passwords do not expire."""

    two_factor: bool = False
    max_age_days: int | None = None

    def stricter(self, other: "SignInRules") -> "SignInRules":
        ages = [days for days in (self.max_age_days, other.max_age_days) if days is not None]
        return SignInRules(self.two_factor or other.two_factor, min(ages, default=None))


@dataclass(frozen=True, slots=True)
class Duty:
    """What somebody must do before they may go on: the page that lets them, and why."""

    url_name: str
    words: str | Promise


def rules_of(provider: Provider, *, is_staff: bool) -> SignInRules:
    """What one provider asks of its staff, or of people of its schools."""
    two_factor = provider.two_factor_for_staff if is_staff else provider.two_factor_for_customers
    return SignInRules(two_factor, provider.password_max_age_days)


def rules_gather(sender: Any, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """On sign-in: keep the strictest rules of all memberships in the session."""
    strictest = SignInRules()
    for membership in memberships_of(user.pk):
        with open_scope(membership.scope()):
            provider = Provider.objects.get(pk=membership.provider_id)
        strictest = strictest.stricter(rules_of(provider, is_staff=membership.is_staff))
    request.session[SESSION_KEY] = [strictest.two_factor, strictest.max_age_days]


def duty_of(request: HttpRequest, provider: Provider, *, is_staff: bool) -> Duty | None:
    """What the signed-in person must do first; None when they may go on."""
    user: Any = request.user
    rules = SignInRules(*request.session.get(SESSION_KEY, (False, None))).stricter(
        rules_of(provider, is_staff=is_staff)
    )
    if user.has_usable_password() and (user.must_change_password or _is_too_old(user, rules.max_age_days)):
        return Duty("account_change_password", _("Please set a new password before you go on."))
    if rules.two_factor and not is_mfa_enabled(user):
        return Duty(
            "mfa_index", _("Your provider asks for a second step when you sign in. Please set one up.")
        )
    return None


def _is_too_old(user: User, max_age_days: int | None) -> bool:
    if max_age_days is None or user.password_changed_at is None:
        return False
    return timezone.now() - user.password_changed_at > timedelta(days=max_age_days)
