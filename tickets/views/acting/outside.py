"""Third parties that a ticket is with, and whether its caller is who they say."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.permissions import Permission
from tickets.forms.identity import OverruleIdentityForm, VerifyForm
from tickets.forms.referrals import ReferForm, ReferralEndForm, ReferralNewsForm
from tickets.identity import is_unverified
from tickets.models import Ticket
from tickets.services.identity import identity_overrule, identity_verify
from tickets.services.referrals import referral_end, referral_note, referral_open
from tickets.services.suppliers import supplier_named
from tickets.views.acting.action import Action, Data, is_open, person_of


def _refer(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    referral_open(
        ticket=ticket,
        supplier=data["supplier"] or supplier_named(name=data["other"]),
        by=person_of(request),
        reference=data["reference"],
        urgency=data["urgency"],
        promised_at=data["promised_at"],
        chase_at=data["chase_at"],
        waits=data["waits"],
        words=data["words"],
    )
    return _("It is with them. You are reminded to chase it.")


def _refer_news(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    referral_note(
        referral=data["referral"],
        by=person_of(request),
        answered=data["news"] == "answered",
        note=data["note"],
        reference=data["reference"],
        promised_at=data["promised_at"],
        chase_at=data["chase_at"],
        words=data["words"],
    )
    return _("Noted.")


def _refer_end(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    referral_end(
        referral=data["referral"],
        by=person_of(request),
        outcome=data["outcome"],
        note=data["note"],
        words=data["words"],
    )
    return _("It is no longer with them.")


def _verify(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    check = identity_verify(
        ticket=ticket,
        method=data["method"],
        by=person_of(request),
        number=data.get("number", ""),
        contact=data.get("contact"),
        words=data.get("passphrase", ""),
    )
    if check is None:  # no error: what counts the wrong tries must be kept
        messages.error(request, _("That is not this person's passphrase. After some tries it is locked."))
        return ""
    return _("Verified: it is kept on the ticket.")


def _go_on(request: HttpRequest, ticket: Ticket, data: Data) -> str:
    identity_overrule(ticket=ticket, by=person_of(request), reason=data["reason"])
    return _("Noted. The ticket may be fixed without a verification.")


OUTSIDE: dict[str, Action] = {
    "refer": Action(
        ReferForm, _refer, fits=is_open, on_demand=True, button=_lazy("Pass it on"), of_ticket=True
    ),
    "refer_news": Action(
        ReferralNewsForm, _refer_news, on_demand=True, button=_lazy("Note it"), of_ticket=True
    ),
    "refer_end": Action(ReferralEndForm, _refer_end, on_demand=True, button=_lazy("End it"), of_ticket=True),
    "verify": Action(
        VerifyForm,
        _verify,
        fits=is_unverified,
        of_ticket=True,
        on_demand=True,
        button=_lazy("Keep the verification"),
    ),
    "unverified": Action(OverruleIdentityForm, _go_on, Permission.OVERRULE_IDENTITY, fits=is_unverified),
}
