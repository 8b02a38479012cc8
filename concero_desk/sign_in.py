"""How allauth is fitted in: nobody signs up by themselves, and its mail goes through the outbox."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.models import Provider, User
from accounts.tenancy.lookups import memberships_of
from accounts.tenancy.scope import Scope, open_scope
from delivery.models import MailPurpose
from delivery.services import mail_enqueue

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from invitations and from mail of registered domains (Rule T4)."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """As it is: the sender's name says who writes."""
        return str(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the mail into the outbox of the first provider that knows the user, in that provider's name.

        Addresses that belong to nobody get nothing, so that the form tells no stranger who is known here.
        """
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        memberships = memberships_of(user.pk) if user else []
        if user is None or not memberships:
            logger.info("No sign-in mail: the address belongs to nobody who may sign in.")
            return
        # The text is staff's alone for as long as it waits; the outbox empties it once it is sent.
        with open_scope(Scope(provider_id=memberships[0].provider_id)):
            provider = Provider.objects.get(pk=memberships[0].provider_id)
            words = {"request": self.request, "email": email, "user": user, **context, "provider": provider}
            message = self.render_mail(template_prefix, email, words)
            mail_enqueue(
                purpose=MailPurpose.SIGN_IN,
                recipients=[user.email],
                subject=message.subject,
                text=message.body,
                headers={"Auto-Submitted": "auto-generated"},
            )
