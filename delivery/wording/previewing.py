"""How words would read, before they are saved: with made-up values, or those of a real record."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.tenancy.memory import current_provider
from delivery.models import MailPurpose, OutboundMail
from delivery.services import mail_enqueue
from delivery.wording.composing import words_render
from delivery.wording.kinds import SIGNATURE, MailKind, Values
from delivery.wording.rendering import Rendered
from delivery.wording.selectors import Source, source_now

MADE_UP, BARE = "", "bare"


def draft_source(kind: MailKind, subject: str, body: str) -> Source:
    """Words that are not saved yet, with the signature that holds."""
    signature = body if kind.key == SIGNATURE else source_now(kind).signature
    return Source(subject=subject, body=body, signature=signature)


def example_choices(kind: MailKind, person: Person) -> Sequence[tuple[str, str]]:
    """What words can be tried on, as (key, label)."""
    choices = [(MADE_UP, _("Made-up values")), (BARE, _("Made-up values, without those that may be empty"))]
    return [*choices, *(kind.examples.choices(person) if kind.examples else ())]


def preview(kind: MailKind, source: Source, person: Person, example: str = MADE_UP) -> Rendered:
    """The mail as it would go out, its tag before the subject included.

    Raises ValidationError where the words cannot be used or the example is not there any more.
    """
    try:
        rendered = words_render(kind, source, _values(kind, person, example), current_provider())
    except LookupError as error:
        raise ValidationError(_("This example is not there any more. Please choose another.")) from error
    except ValueError as error:
        raise ValidationError(
            _("With this example the mail leaves out what it must say. Please try another.")
        ) from error
    tagged = f"{kind.tag} {rendered.subject}".strip()
    return Rendered(subject=tagged, text=rendered.text, html=rendered.html)


def _values(kind: MailKind, person: Person, example: str) -> Values:
    made_up = {one.name: str(one.example) for one in kind.variables}
    if example == MADE_UP:
        return made_up
    if example == BARE:
        return made_up | {one.name: "" for one in kind.variables if one.may_be_empty}
    if kind.examples is None:
        raise LookupError(example)
    return {**made_up, **kind.examples.values(person, example)}


def preview_send(*, rendered: Rendered, person: Person) -> OutboundMail:
    """The words as a mail to the person who tries them. It is no mail to a school: nothing in it finds a ticket."""
    return mail_enqueue(
        purpose=MailPurpose.NOTICE,
        recipients=[person.email],
        subject=_("Preview: %(subject)s") % {"subject": rendered.subject},
        text=rendered.text,
        html=rendered.html,
        headers={"Auto-Submitted": "auto-generated"},
    )
