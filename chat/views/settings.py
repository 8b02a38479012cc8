"""Settings of chat: whether, and where."""

from django.conf import settings as site
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from accounts.settings_menu import settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, settings_url
from chat.forms import ChatSettingsForm
from chat.models import ChatSettings
from chat.services.desk import chat_settings_save


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def chat_settings(request: HttpRequest) -> HttpResponse:
    """Whether schools can chat, and the sites of the widget with the line that puts it there."""
    row = ChatSettings.objects.first() or ChatSettings()
    words = {name: getattr(row, name) for name in ("open_words", "away_words", "close_words")}
    form = ChatSettingsForm(
        posted(request), initial={"is_on": row.is_on, "sites": "\n".join(row.sites), **words}
    )
    if request.method == "POST" and form.is_valid():
        try:
            chat_settings_save(**{**form.cleaned_data, "sites": form.cleaned_data["sites"].split()})
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect(settings_url(request, "chat"))
    context = {
        "form": form,
        "sites": row.sites,
        "base_url": site.BASE_URL,
    }
    return settings_page(request, "chat/settings/chat.html", context, status=422 if form.errors else 200)
