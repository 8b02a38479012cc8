"""Mail that went out loses its words (Rule T7)."""

from django.db.models import QuerySet

from delivery.models import MailState, OutboundMail


def mails_release(mails: QuerySet[OutboundMail]) -> None:
    """Empty mail of words and addresses. What was never sent goes as a whole: nobody is left to have it."""
    ids = list(mails.values_list("pk", flat=True))
    rows = OutboundMail.objects.filter(pk__in=ids)
    rows.exclude(state=MailState.SENT).delete()
    rows.update(recipients=[], subject="", text="", html="", headers={}, delivered=[], refused={})
