"""Settings: the mailboxes that mail is read from, how each is doing, and whether its server lets us in (Rule I1)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import confirm_page, posted, settings_url
from tickets.forms.mailboxes import MailboxForm
from tickets.intake.connecting import MailboxTrouble, mailbox_try
from tickets.intake.mailboxes import mailbox_save, mailbox_switch, mailboxes_with_waiting
from tickets.intake.silence import is_silent
from tickets.models import Mailbox


@require_safe
@desk_view(Permission.MANAGE_MAIL)
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """Every mailbox with its health; for one without a server, the command that takes its mail in."""
    now = timezone.now()
    mailboxes = [(one, is_silent(one, now)) for one in mailboxes_with_waiting()]
    return settings_page(request, "tickets/settings/mailboxes.html", {"mailboxes": mailboxes})


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_MAIL)
def mailbox_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new mailbox, or one that there is."""
    mailbox = get_object_or_404(Mailbox, pk=pk) if pk is not None else None
    form = MailboxForm(posted(request), instance=mailbox)
    if request.method == "POST" and form.is_valid():
        try:
            saved = mailbox_save(mailbox=mailbox, password=form.cleaned_data["password"], **form.details)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = (
                _("%(address)s is saved. Test the connection next.")
                if saved.host
                else _("%(address)s is saved.")
            )
            messages.success(request, words % {"address": saved.address})
            return redirect(settings_url(request, "mailboxes"))
    return settings_form_page(
        request,
        form,
        heading=mailbox.address if mailbox else _("New mailbox"),
        action=_("Save"),
        cancel_url=settings_url(request, "mailboxes"),
    )


@require_POST
@desk_view(Permission.MANAGE_MAIL)
def mailbox_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in to the server as a poll would, and say in words how that went. Nothing is read or changed there."""
    mailbox = get_object_or_404(Mailbox, pk=pk)
    if not mailbox.host:
        messages.error(request, _("%(address)s has no server to fetch from.") % {"address": mailbox.address})
        return redirect(settings_url(request, "mailboxes"))
    try:
        number = mailbox_try(mailbox)
    except MailboxTrouble as trouble:
        messages.error(
            request, _("%(address)s: %(trouble)s") % {"address": mailbox.address, "trouble": trouble}
        )
    else:
        words = ngettext(
            "%(address)s works: %(number)d message is in its folder.",
            "%(address)s works: %(number)d messages are in its folder.",
            number,
        )
        messages.success(request, words % {"address": mailbox.address, "number": number})
    return redirect(settings_url(request, "mailboxes"))


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_MAIL)
def mailbox_switched(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop using a mailbox, or use it again, after a question."""
    mailbox = get_object_or_404(Mailbox, pk=pk)
    if request.method == "POST":
        try:
            mailbox_switch(mailbox=mailbox, is_active=not mailbox.is_active)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(settings_url(request, "mailboxes"))
        words = _("%(address)s is switched off.") if mailbox.is_active else _("%(address)s is in use again.")
        messages.success(request, words % {"address": mailbox.address})
        return redirect(settings_url(request, "mailboxes"))
    question = _("Stop using %(address)s?") if mailbox.is_active else _("Use %(address)s again?")
    stays = _("Mail that arrives meanwhile stays on its server and is read once it is in use again.")
    return confirm_page(
        request,
        heading=mailbox.address,
        question=question % {"address": mailbox.address},
        action=_("Switch off") if mailbox.is_active else _("Switch on"),
        cancel_url=settings_url(request, "mailboxes"),
        consequences=[stays] if mailbox.is_active and mailbox.host else [],
        danger=mailbox.is_active,
    )
