"""Settings: the forms of the portal and their questions (Rule I10)."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Customer
from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import confirm_page, posted, settings_url
from tickets.forms.fields import tell_at_fields
from tickets.forms.request_forms import QuestionForm, RequestFormForm
from tickets.forms.requests import EverydayForm
from tickets.models import FormQuestion, RequestForm, RequestKind
from tickets.services.request_forms import question_move, question_remove, question_save, request_form_save

KEPT = (
    "title",
    "intro",
    "needs_approval",
    "approver_roles",
    "asks_needed_by",
    "changes_account",
    "is_active",
)


@require_safe
@desk_view(Permission.MANAGE_PROVIDER)
def form_list(request: HttpRequest) -> HttpResponse:
    """Everyday requests, and categories with their questions."""
    rows = list(RequestForm.objects.select_related("level", "category").prefetch_related("questions"))
    context = {
        "everyday": [one for one in rows if one.is_everyday],
        "of_categories": [one for one in rows if not one.is_everyday],
    }
    return settings_page(request, "tickets/settings/request_forms.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def form_new(request: HttpRequest) -> HttpResponse:
    """A further everyday request, or the questions of a category that has none."""
    typed = RequestFormForm(posted(request), initial={"kind": RequestKind.OTHER})
    made: list[RequestForm] = []
    if request.method == "POST" and typed.is_valid():

        def save() -> None:
            made.append(request_form_save(form=None, **typed.cleaned_data))

        if _saved(typed, save):
            messages.success(request, _("The form is made. Now add its questions."))
            return redirect(settings_url(request, "request_form", made[0].pk))
    return settings_form_page(
        request,
        typed,
        heading=_("New form"),
        action=_("Make the form"),
        cancel_url=settings_url(request, "request_forms"),
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def form_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One form: its settings, its questions in order, and how the school sees it."""
    form = get_object_or_404(RequestForm.objects.select_related("category", "level"), pk=pk)
    initial = {name: getattr(form, name) for name in KEPT} | {
        "category": form.category_id,
        "level": form.level_id,
        "position": form.position,
    }
    typed = RequestFormForm(posted(request), initial=initial, form=form)
    if request.method == "POST" and typed.is_valid():

        def save() -> None:
            request_form_save(form=form, kind=form.kind, **typed.cleaned_data)

        if _saved(typed, save):
            messages.success(request, _("The form is saved."))
            return redirect(request.path)
        form.refresh_from_db()
    questions = list(form.questions.all())
    seen = EverydayForm(
        asked=form, questions=questions, schools=Customer.objects.none(), auto_id="seen-%s"
    )  # nobody's people
    context = {
        "form": typed,
        "asked": form,
        "questions": questions,
        "seen": [bound for bound in seen.visible_fields() if bound.name != "customer"],
    }
    status = 422 if typed.errors else 200
    return settings_page(request, "tickets/settings/request_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def question_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A further question at the end of a form."""
    form = get_object_or_404(RequestForm, pk=pk)
    return _question_page(request, form, None)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def question_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask it in other words. Tickets that there are keep the old ones."""
    question = _question(pk)
    return _question_page(request, question.form, question)


@require_POST
@desk_view(Permission.MANAGE_PROVIDER)
def question_moved(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    question = _question(pk)
    question_move(question=question, up=request.POST.get("to") == "up")
    return redirect(settings_url(request, "request_form", question.form_id) + "#questions")


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_PROVIDER)
def question_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask it no more, after a question."""
    question = _question(pk)
    back = settings_url(request, "request_form", question.form_id)
    if request.method == "POST":
        question_remove(question=question)
        messages.success(request, _("The question is removed."))
        return redirect(back)
    return confirm_page(
        request,
        heading=question.label,
        question=_("Ask this no more? Tickets keep what was answered to it."),
        action=_("Remove the question"),
        cancel_url=back,
        danger=True,
    )


def _question_page(request: HttpRequest, form: RequestForm, question: FormQuestion | None) -> HttpResponse:
    names = ("label", "help_text", "kind", "is_required")
    initial = {name: getattr(question, name) for name in names} if question else {}
    typed = QuestionForm(
        posted(request), initial={**initial, "choices": "\n".join(question.choices) if question else ""}
    )
    back = settings_url(request, "request_form", form.pk)
    if request.method == "POST" and typed.is_valid():

        def save() -> None:
            question_save(form=form, question=question, **typed.cleaned_data)

        if _saved(typed, save):
            messages.success(request, _("The question is saved."))
            return redirect(back)
    return settings_form_page(
        request,
        typed,
        heading=question.label if question else _("New question"),
        lead=form.title,
        action=_("Save the question"),
        cancel_url=back,
    )


def _question(pk: int) -> FormQuestion:
    return get_object_or_404(FormQuestion.objects.select_related("form"), pk=pk)


def _saved(typed: Form, save: Callable[[], None]) -> bool:
    """Save, or put what is wrong at its field; the service saves all or nothing."""
    try:
        save()
    except ValidationError as problem:
        tell_at_fields(typed, problem)
        return False
    return True
