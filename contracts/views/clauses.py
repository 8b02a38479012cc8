"""Settings: the clauses of a draft edition and their cases. For an edition that holds they lead back to it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from accounts.settings_menu import settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import confirm_page, posted, settings_url
from contracts.coverage import condition_words
from contracts.forms.clauses import ClauseForm, ConditionForm, condition_initial
from contracts.models import ClauseCondition, ClauseTopic, Package, PackageClause
from contracts.selectors import is_draft
from contracts.services.clauses import clause_set, condition_add, condition_change, condition_remove
from contracts.views.customers import today


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def clause_edit(request: HttpRequest, pk: int, topic: str) -> HttpResponse:
    """What a package says about a topic, with its cases in order."""
    package = get_object_or_404(Package.objects.select_related("version"), pk=pk)
    chosen = _topic(topic)
    if not is_draft(package.version, today(request)):
        return _refused(request, package)
    clause = PackageClause.objects.filter(package=package, topic=chosen).first()
    initial = {"answer": clause.answer, "wording": clause.wording} if clause else {}
    form = ClauseForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():

        def save() -> None:
            clause_set(package=package, topic=chosen, **form.cleaned_data)

        if _saved(form, save):
            messages.success(request, _("The clause is saved."))
            return redirect(request.path)
    rows = ClauseCondition.objects.filter(clause=clause) if clause else []
    context = {
        "form": form,
        "package": package,
        "topic": chosen,
        "clause": clause,
        "cases": [{"when": condition_words(row), "condition": row} for row in rows],
        "try_url": _tester_url(request, package, chosen),
    }
    status = 422 if form.errors else 200
    return settings_page(request, "contracts/settings/clause.html", context, status=status)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def condition_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A further case of a clause."""
    clause = get_object_or_404(PackageClause.objects.select_related("package__version"), pk=pk)
    if not is_draft(clause.package.version, today(request)):
        return _refused(request, clause.package)
    form = ConditionForm(posted(request), topic=clause.topic, asked=_asked(clause))
    if request.method == "POST" and form.is_valid():

        def save() -> None:
            condition_add(clause=clause, terms=form.terms(), place=form.cleaned_data["place"])

        if _saved(form, save):
            messages.success(request, _("The case is added."))
            return redirect(_clause_url(request, clause))
    return _case_page(request, form, clause, _("A further case"))


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def condition_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another case in the place of one."""
    condition = _condition(pk)
    clause = condition.clause
    if not is_draft(clause.package.version, today(request)):
        return _refused(request, clause.package)
    own = [str(one["fact"]) for one in condition.facts]
    asked = [*own, *_asked(clause)]
    form = ConditionForm(
        posted(request), topic=clause.topic, asked=asked, initial=condition_initial(condition)
    )
    if request.method == "POST" and form.is_valid():

        def save() -> None:
            condition_change(condition=condition, terms=form.terms(), place=form.cleaned_data["place"])

        if _saved(form, save):
            messages.success(request, _("The case is saved."))
            return redirect(_clause_url(request, clause))
    return _case_page(request, form, clause, _("Change a case"))


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def condition_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a case out of a clause, after a question."""
    condition = _condition(pk)
    clause = condition.clause
    if not is_draft(clause.package.version, today(request)):
        return _refused(request, clause.package)
    if request.method == "POST":
        try:
            condition_remove(condition=condition)
        except ValidationError:  # the edition was signed meanwhile
            return _refused(request, clause.package)
        messages.success(request, _("The case is removed."))
        return redirect(_clause_url(request, clause))
    return confirm_page(
        request,
        heading=_("Remove a case"),
        question=_("What it decided is decided by the cases after it, or by the clause itself."),
        consequences=[condition_words(condition)],
        action=_("Remove"),
        cancel_url=_clause_url(request, clause),
        danger=True,
    )


def _case_page(
    request: HttpRequest, form: ConditionForm, clause: PackageClause, heading: str
) -> HttpResponse:
    context = {
        "form": form,
        "clause": clause,
        "heading": heading,
        "back_url": _clause_url(request, clause),
    }
    status = 422 if form.errors else 200
    return settings_page(request, "contracts/settings/condition.html", context, status=status)


def _saved(form: Any, save: Callable[[], None]) -> bool:
    """Save, or put what is wrong at its field; the service saves all or nothing."""
    try:
        save()
    except ValidationError as error:
        by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, words in by_field.items():
            form.add_error(name if name in form.fields else None, words)
        return False
    return True


def _asked(clause: PackageClause) -> list[str]:
    """The facts that cases of this topic turn on in any package of the edition, in their order."""
    rows = ClauseCondition.objects.filter(
        clause__topic=clause.topic, clause__package__version=clause.package.version_id
    )
    return [str(one["fact"]) for facts in rows.values_list("facts", flat=True) for one in facts]


def _condition(pk: int) -> ClauseCondition:
    rows = ClauseCondition.objects.select_related("clause__package__version")
    return get_object_or_404(rows, pk=pk)


def _topic(key: str) -> ClauseTopic:
    if key not in ClauseTopic.values:
        raise Http404
    return ClauseTopic(key)


def _clause_url(request: HttpRequest, clause: PackageClause) -> str:
    return settings_url(request, "clause", clause.package_id, clause.topic)


def _tester_url(request: HttpRequest, package: Package, topic: ClauseTopic) -> str:
    asked = urlencode({"package": package.pk, "topic": topic.value})
    return f"{settings_url(request, 'coverage_tester')}?{asked}"


def _refused(request: HttpRequest, package: Package) -> HttpResponse:
    words = _("Edition %(label)s holds, or a contract was signed under it. Make a new edition from it.")
    messages.error(request, words % {"label": package.version.label})
    return redirect(settings_url(request, "edition", package.version_id))
