"""Settings: the words of our mail to schools, tried before they hold."""

import re
from base64 import b64encode
from hashlib import sha256
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import confirm_page, posted, settings_url
from delivery.wording.drafts import draft_found, draft_keep
from delivery.wording.forms import WordsForm
from delivery.wording.kinds import SIGNATURE, MailKind, Variable, mail_kind, mail_kinds
from delivery.wording.previewing import draft_source, example_choices, preview, preview_send
from delivery.wording.rendering import Rendered
from delivery.wording.selectors import source_now, source_standard, wordings_now, wordings_of
from delivery.wording.services import wording_change, wording_restore

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@require_safe
@desk_view(Permission.MANAGE_PROVIDER)
def words(request: HttpRequest) -> HttpResponse:
    """Every kind of mail, and whose words it has."""
    changed = {row.kind: row for row in wordings_now()}
    groups = [
        (group, [(kind, changed.get(kind.key)) for kind in kinds])
        for group, kinds in groupby(mail_kinds(), key=lambda kind: str(kind.group))
    ]
    return settings_page(request, "delivery/settings/words.html", {"groups": groups})


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def words_edit(request: HttpRequest, mail: str) -> HttpResponse:
    """Write, try and save the words of one kind; the versions before them below."""
    tenant: Any = request
    found = _kind(mail)
    versions = wordings_of(found)
    form = WordsForm(
        _written(request),
        kind=found,
        examples=example_choices(found, tenant.person),
        initial=_initial(request, found, versions),
    )
    act = request.POST.get("do", "")
    tried: Rendered | None = None
    if request.method == "GET" or (act in ("preview", "send", "save") and form.is_valid()):
        tried = _tried(form, found, tenant.person)
    if tried and act == "send":
        preview_send(rendered=tried, person=tenant.person)
        messages.success(
            request,
            _("It is on its way to %(address)s. Nothing is saved yet.") % {"address": tenant.person.email},
        )
    if tried and act == "save" and _saved(form, found):
        messages.success(request, _("Saved. From now on your mail says so."))
        return redirect(settings_url(request, "words_edit", found.key))
    context = {
        "kind": found,
        "form": form,
        "variables": _variables(found),
        "versions": versions,
        "is_changed": bool(versions) and not versions[0].is_standard,
        "tried": tried,
        "draft": draft_keep(tried.html) if tried else "",
        "act": act,
    }
    status = 422 if form.errors else 200
    return settings_page(request, "delivery/settings/words_edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def words_restore(request: HttpRequest, mail: str) -> HttpResponse:
    """Back to the standard words, once confirmed."""
    found = _kind(mail)
    back = settings_url(request, "words_edit", found.key)
    versions = wordings_of(found)
    if request.method == "POST":
        try:
            wording_restore(kind=found, version=versions[0].version if versions else 0)
        except ValidationError as error:  # somebody else was quicker by a moment
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Your mail has its standard words back."))
        return redirect(back)
    return confirm_page(
        request,
        heading=str(found.name),
        question=_("Put the standard words back? Your own stay in the list of versions."),
        action=_("Put the standard words back"),
        cancel_url=back,
    )


@require_safe
@xframe_options_sameorigin
@desk_view(Permission.MANAGE_PROVIDER)
def words_frame(request: HttpRequest, mail: str) -> HttpResponse:
    """A preview's HTML for the frame that shows it. It can do nothing and asks nobody for anything."""
    _kind(mail)
    html = draft_found(request.GET.get("draft", ""))
    response = HttpResponse(html) if html else render(request, "delivery/wording/gone.html")
    policy: Any = response
    policy._csp_replace = {
        "default-src": ["'none'"],
        "style-src": [f"'sha256-{_digest(style)}'" for style in STYLE.findall(html or "")] or ["'none'"],
        "form-action": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
        "sandbox": True,  # also where somebody opens the frame's address by itself
    }
    return response


def _digest(style: str) -> str:
    return b64encode(sha256(style.encode()).digest()).decode()


def _kind(key: str) -> MailKind:
    try:
        return mail_kind(key)
    except KeyError:
        raise Http404 from None


def _variables(kind: MailKind) -> list[Variable]:
    signature = Variable(SIGNATURE, _("Your signature"), "", may_be_empty=True)
    return [*kind.by_name.values(), *([] if kind.key == SIGNATURE else [signature])]


def _written(request: HttpRequest) -> Any:
    """What was posted; a variable that was asked for by its button stands at the end of the text."""
    data = posted(request)
    if data is None or not (name := data.get("insert")):
        return data
    data = data.copy()
    data["body"] = f"{data.get('body', '').rstrip()} {{{{ {name} }}}}".lstrip()
    return data


def _initial(request: HttpRequest, kind: MailKind, versions: list[Any]) -> dict[str, Any]:
    """The words that hold, or those of an older version that somebody wants to look at."""
    source = source_now(kind)
    subject, body = source.subject, source.body
    for row in versions:
        if request.GET.get("from") == str(row.version):
            standard = source_standard(kind)
            subject, body = (standard.subject, standard.body) if row.is_standard else (row.subject, row.body)
    return {"subject": subject, "body": body, "version": versions[0].version if versions else 0}


def _tried(form: WordsForm, kind: MailKind, person: Any) -> Rendered | None:
    """How the words read, or None with the problem in the form."""
    asked = form.cleaned_data if form.is_bound else form.initial
    try:
        source = draft_source(kind, asked.get("subject", ""), asked["body"])
        return preview(kind, source, person, asked.get("example", ""))
    except ValidationError as error:
        if form.is_bound:
            form.add_error("example", error)
        return None


def _saved(form: WordsForm, kind: MailKind) -> bool:
    try:
        wording_change(
            kind=kind,
            subject=form.subject_written,
            body=form.cleaned_data["body"],
            version=form.cleaned_data["version"],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
