"""Proving an address by a code that is mailed to it (rules I4, T5).

Nothing of a school is shown, and no school is matched aloud, before that. An address that belongs to nobody gets the
same answer and no mail: the form is no way to learn who is known, nor to send mail to strangers.
"""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.services import audit_record
from accounts.tenancy.memory import current_provider
from chat.models import ChatProof
from delivery.services import sign_in_mail_enqueue
from tickets.intake.matching import SenderMatch, Senders, sender_match
from tickets.intake.personal_domains import PERSONAL_DOMAINS

CODE_DIGITS = 6
VALID_FOR = timedelta(minutes=10)
ATTEMPTS = 5
KEPT_FOR = timedelta(days=1)  # what was never proved
SALT = "chat.proof"


@transaction.atomic
def proof_begin(*, name: str, email: str) -> ChatProof:
    """Mail a code to an address of a school. Needs the provider's own scope. Raises ValidationError by field."""
    name, email = " ".join(name.replace("\x00", "").split())[:120], email.strip().lower()
    if not name:
        raise ValidationError({"name": _("What is your name?")})
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError({"email": _("Write an e-mail address, such as name@school.example.")}) from None
    now = timezone.now()
    ChatProof.objects.filter(proved_at__isnull=True, expires_at__lt=now - KEPT_FOR).delete()
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    proof = ChatProof.objects.create(name=name, email=email, code_hash="", expires_at=now + VALID_FOR)
    proof.code_hash = _hash(proof, code)
    proof.save(update_fields=["code_hash"])
    if _is_a_schools(email):
        sign_in_mail_enqueue(
            recipients=[email],
            subject=_("Your code for the chat"),  # the code is in the text alone, which is not kept
            text=render_to_string(
                "chat/mail/code.txt",
                {
                    "name": name,
                    "code": code,
                    "provider": current_provider(),
                    "minutes": VALID_FOR.seconds // 60,
                },
            ),
        )
    return proof


@transaction.atomic
def proof_give(*, proof: ChatProof, code: str) -> ChatProof | None:
    """Take the code: from then on person and school are known. None for a wrong one, which counts as an attempt.

    None too where the address speaks for no school after all. Needs the provider's own scope.
    """
    proof = ChatProof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
    proof.attempts += 1
    proof.save(update_fields=["attempts"])
    is_right = constant_time_compare(proof.code_hash, _hash(proof, code.strip()))
    in_time = proof.expires_at > timezone.now() and proof.attempts <= ATTEMPTS and proof.proved_at is None
    if not (is_right and in_time):
        return None
    match = _match(proof)
    if match.person is None or match.customer is None:
        return None
    proof.person, proof.customer, proof.proved_at = match.person, match.customer, timezone.now()
    proof.save()
    audit_record(action="chat.address_proved", target=proof)
    return proof


def _hash(proof: ChatProof, code: str) -> str:
    return salted_hmac(SALT, f"{proof.pk}:{code}", algorithm="sha256").hexdigest()


def _is_a_schools(email: str) -> bool:
    """Whether mail from this address would speak for a school: only then a code is worth sending (Rule T5)."""
    senders = Senders()
    senders.look_up([email])
    person = senders.person(email)
    is_staff = person is not None and person.is_staff
    return email.rpartition("@")[2] not in PERSONAL_DOMAINS and bool(senders.owners(email)) and not is_staff


def _match(proof: ChatProof) -> SenderMatch:
    """Person and school, as for mail from the address; somebody new at a school's own domain is recorded."""
    senders = Senders()
    senders.look_up([proof.email])
    return sender_match(address=proof.email, name=proof.name, provider=current_provider(), senders=senders)
