"""From a kind of mail and its values to what is sent. A provider's words can fail; the mail goes out all the same."""

import logging
from dataclasses import replace

from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Provider, StaffRole
from accounts.responsible import holders_of
from accounts.tenancy.memory import current_provider
from accounts.tenancy.scope import as_provider
from delivery.models import MailWording
from delivery.services import notification_add
from delivery.wording.kinds import MailKind, Values, mail_kind, provider_values
from delivery.wording.rendering import Rendered, render
from delivery.wording.selectors import Source, source_now, source_standard

logger = logging.getLogger(__name__)


class Unsaid(ValueError):
    """The words leave out what this kind of mail must say; its argument is the variable."""


def mail_words(key: str, values: Values) -> Rendered:
    """Subject, plain text and HTML of a mail to a school, in the words of the scope's provider.

    Words that cannot be used for whatever reason are left aside for the standard ones, and administrators are told
    once. Raises KeyError for a kind that is not there, and for a variable of the standard words without a value.
    """
    kind, provider = mail_kind(key), current_provider()
    source = source_now(kind)
    if source.changed:
        try:
            return words_render(kind, source, values, provider)
        except Exception:
            logger.exception("The words of %s cannot be used", ", ".join(map(str, source.changed)))
            _tell(kind, source.changed)
    return words_render(kind, source_standard(kind), values, provider)


def words_render(kind: MailKind, source: Source, values: Values, provider: Provider) -> Rendered:
    """Any words of a kind, with its values and those of the provider, in the frame. Raises LookupError, Unsaid."""
    values = {**provider_values(provider), **values}
    rendered = render(
        source.subject,
        source.body,
        signature=source.signature,
        variables=kind.by_name,
        values=values,
    )
    for name in kind.required:
        if values[name].strip() not in rendered.text:
            raise Unsaid(name)
    return replace(rendered, html=_framed(rendered.html, provider))


def _framed(html: str, provider: Provider) -> str:
    return render_to_string("delivery/wording/frame.html", {"html": html, "provider": provider})


def _tell(kind: MailKind, failed: tuple[MailWording, ...]) -> None:
    """Tell each administrator once for these versions. Never raises: the mail matters more."""
    try:
        with transaction.atomic(), as_provider():
            path = reverse("settings:words_edit", args=[current_provider().slug, kind.key])
            for person_id in holders_of(StaffRole.ADMINISTRATOR):
                notification_add(
                    person_id=person_id,
                    key="mail-words:" + ":".join(str(row.pk) for row in failed),
                    summary=_("The words of your mail ‘%(name)s’ cannot be used") % {"name": kind.name},
                    detail=_("Schools get the standard words until somebody has changed yours."),
                    path=path,
                )
    except Exception:
        logger.exception("Nobody could be told that the words of a mail cannot be used")
