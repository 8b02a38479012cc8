"""Settings: editions of the agreement with levels, targets and packages. An edition is never edited in place."""

from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.settings_menu import settings_form_page, settings_page
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, settings_url
from contracts.coverage import condition_words
from contracts.forms.editions import EditionForm
from contracts.models import AgreementVersion, ClauseCondition, ClauseTopic, Package, PackageClause, VisitSlot
from contracts.selectors import is_draft
from contracts.services.editions import TargetTerms, edition_create
from contracts.views.customers import today
from sla.models import ServiceTarget


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def edition_list(request: HttpRequest) -> HttpResponse:
    """The editions, the newest first, each with its promises by level."""
    editions = list(AgreementVersion.objects.all())
    targets = ServiceTarget.objects.select_related("level").order_by("level__rank")
    for edition in editions:
        edition.promises = [one for one in targets if one.target_set_id == edition.target_set_id]  # type: ignore[attr-defined]
    return settings_page(request, "contracts/settings/editions.html", {"editions": editions})


@require_safe
@desk_view(Permission.SEE_CONTRACTS)
def edition_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition: its packages side by side, topic by topic, every clause in words and its conditions in order."""
    edition: AgreementVersion = get_object_or_404(AgreementVersion, pk=pk)
    packages = list(Package.objects.filter(version=edition))
    rows = PackageClause.objects.filter(package__version=edition)
    clauses = {(row.package_id, row.topic): row for row in rows}
    cases: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for condition in ClauseCondition.objects.filter(clause__package__version=edition):
        cases[condition.clause_id].append({"when": condition_words(condition), "condition": condition})
    for clause in clauses.values():
        clause.cases = cases[clause.pk]  # type: ignore[attr-defined]
    topics = [
        {"topic": topic, "cells": [(package, clauses.get((package.pk, topic.value))) for package in packages]}
        for topic in ClauseTopic
    ]
    context = {
        "edition": edition,
        "is_draft": is_draft(edition, today(request)),
        "packages": packages,
        "topics": topics,
        "slots": VisitSlot.objects.filter(package__version=edition).select_related("package"),
        "targets": ServiceTarget.objects.filter(target_set_id=edition.target_set_id).select_related("level"),
    }
    return settings_page(request, "contracts/settings/edition.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.MANAGE_CONTRACTS)
def edition_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new edition with other targets, from an old one. Contracts keep theirs until they are renewed."""
    edition: AgreementVersion = get_object_or_404(AgreementVersion, pk=pk)
    targets = list(ServiceTarget.objects.filter(target_set_id=edition.target_set_id).select_related("level"))
    form = EditionForm(posted(request), targets=targets, initial={"published_on": today(request)})
    if request.method == "POST" and form.is_valid():
        try:
            new = _create(edition, form, targets)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Edition %(label)s is made.") % {"label": new.label})
            return redirect(settings_url(request, "edition", new.pk))
    return settings_form_page(
        request,
        form,
        heading=_("New edition, from %(label)s") % {"label": edition.label},
        action=_("Make the edition"),
        cancel_url=settings_url(request, "edition", edition.pk),
        notes=[
            _(
                "Packages, clauses and conditions are copied. Contracts keep their edition until they are renewed."
            ),
            _(
                "To change clauses, give a day to come: until then, or until a contract is signed, it is a draft."
            ),
        ],
    )


def _create(edition: AgreementVersion, form: forms.Form, targets: list[ServiceTarget]) -> AgreementVersion:
    data: dict[str, Any] = form.cleaned_data
    return edition_create(
        base=edition,
        label=data["label"],
        published_on=data["published_on"],
        comments=data["comments"],
        targets={
            target.level_id: TargetTerms(
                response_minutes=round(data[f"response_{target.level_id}"] * 60),
                fix_minutes=round(data[f"fix_{target.level_id}"] * 60),
                target_percent=data[f"percent_{target.level_id}"],
                warn_percent=data[f"warn_{target.level_id}"],
            )
            for target in targets
        },
    )
