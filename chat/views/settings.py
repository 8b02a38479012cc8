"""Settings of chat: whether, where, and answers at hand."""

from django.conf import settings as site
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import confirm_page, posted, settings_url
from chat.forms import CannedAnswerForm, ChatSettingsForm
from chat.models import CannedAnswer, ChatSettings
from chat.services.desk import canned_answer_remove, canned_answer_save, chat_settings_save


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def chat_settings(request: HttpRequest) -> HttpResponse:
    """Whether schools can chat, the sites of the widget with the line that puts it there, and the answers."""
    row = ChatSettings.objects.first() or ChatSettings()
    form = ChatSettingsForm(posted(request), initial={"is_on": row.is_on, "sites": "\n".join(row.sites)})
    if request.method == "POST" and form.is_valid():
        try:
            chat_settings_save(is_on=form.cleaned_data["is_on"], sites=form.cleaned_data["sites"].split())
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect(settings_url(request, "chat"))
    context = {
        "form": form,
        "answers": CannedAnswer.objects.all(),
        "sites": row.sites,
        "base_url": site.BASE_URL,
    }
    return settings_page(request, "chat/settings/chat.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def answer_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new answer at hand, or one that there is."""
    answer = get_object_or_404(CannedAnswer, pk=pk) if pk is not None else None
    initial = {"title": answer.title, "text": answer.text, "position": answer.position} if answer else None
    form = CannedAnswerForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            canned_answer_save(answer=answer, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect(settings_url(request, "chat"))
    heading = answer.title if answer else _("New answer at hand")
    return settings_form_page(
        request, form, heading=heading, action=_("Save"), cancel_url=settings_url(request, "chat")
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def answer_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an answer away, after asking."""
    answer = get_object_or_404(CannedAnswer, pk=pk)
    if request.method == "POST":
        canned_answer_remove(answer=answer)
        messages.success(request, _("Removed."))
        return redirect(settings_url(request, "chat"))
    return confirm_page(
        request,
        heading=answer.title,
        question=_("Remove this answer? Chats in which it was used keep their words."),
        action=_("Remove"),
        danger=True,
        cancel_url=settings_url(request, "chat"),
    )
