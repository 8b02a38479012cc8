"""The desk's pages of proposals: ask for one, see it grow, look at it by school and week, book it or put it away."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, slug_of
from accounts.views.paging import page_of
from contracts.views.customers import today
from visits.forms.planning import ApplyForm, PlanForm
from visits.models import EngineerHours, PlanKind, PlanState, VisitPlan
from visits.plans import SchoolLine, engineer_lines, school_lines, totals, week_table
from visits.services.planning import plan_apply, plan_discard, plan_make

YEAR = timedelta(days=364)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def plan_list(request: HttpRequest) -> HttpResponse:
    """Proposals, the newest first."""
    page = page_of(request, VisitPlan.objects.select_related("made_by").order_by("-id"))
    return render(request, "visits/planning/list.html", {"page": page})


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def plan_new(request: HttpRequest) -> HttpResponse:
    """Ask for a proposal; a worker makes it."""
    day = today(request)
    initial = {"first_day": day + timedelta(days=1), "last_day": day + YEAR}
    form = PlanForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = {**form.cleaned_data, "contracts": list(form.cleaned_data["contracts"]) or None}
        try:
            plan = plan_make(**data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(plan_url(request, plan))
    context = {"form": form, "has_engineers": EngineerHours.objects.exists()}
    return render(request, "visits/planning/new.html", context, status=422 if form.errors else 200)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def plan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: its progress while a worker is at it, then its schools and engineers."""
    plan = _plan(pk)
    lines = school_lines(plan)
    context: dict[str, Any] = {
        "plan": plan,
        "total": totals(lines),
        "lines": sorted(lines, key=_pressing),
        "engineers": engineer_lines(plan),
        "is_draft": plan.state == PlanState.DRAFT,
        "is_moves": plan.kind == PlanKind.MOVES,
        "week": _monday(max(plan.first_day, today(request))),
    }
    return render(request, "visits/planning/plan.html", context)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def plan_school(request: HttpRequest, pk: int, contract: int) -> HttpResponse:
    """The visits of one school in a proposal."""
    plan = _plan(pk)
    line = _line(plan, contract)
    planned = plan.planned.filter(contract=line.contract).select_related(
        "slot", "engineer", "moves__engineer"
    )
    context = {"plan": plan, "line": line, "planned": planned, "is_draft": plan.state == PlanState.DRAFT}
    return render(request, "visits/planning/school.html", context)


@require_safe
@desk_view(Permission.WORK_TICKETS)
def plan_week(request: HttpRequest, pk: int, monday: str) -> HttpResponse:
    """A week of a proposal by engineer."""
    plan = _plan(pk)
    first = _monday(_day(monday) or plan.first_day)
    context = {
        "plan": plan,
        "table": week_table(plan, first),
        "monday": first,
        "before": first - timedelta(days=7),
        "after": first + timedelta(days=7),
    }
    return render(request, "visits/planning/week.html", context)


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def plan_application(request: HttpRequest, pk: int) -> HttpResponse:
    """Book all of a proposal, after a question."""
    plan = _plan(pk)
    count = plan.planned.filter(visit=None).count()
    form = ApplyForm(posted(request))
    if plan.kind == PlanKind.MOVES:
        del form.fields["tells_schools"]
    if request.method == "POST" and form.is_valid():
        return _acted(request, plan, lambda: plan_apply(plan=plan, **form.cleaned_data))
    return _question(
        request,
        plan,
        question=_("Book the %(count)d visits of this proposal?") % {"count": count},
        consequences=[
            _("A school's visits are booked all together or not at all; what stands against one is told."),
            _("Schools see their visits in the portal. Each visit can be moved or cancelled afterwards."),
        ],
        action=_("Book the visits"),
        form=form,
    )


@require_http_methods(["GET", "POST"])
@desk_view(Permission.PLAN_VISITS)
def plan_discarding(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a proposal away, after a question."""
    plan = _plan(pk)
    if request.method == "POST":
        return _acted(request, plan, lambda: plan_discard(plan=plan))
    return _question(
        request,
        plan,
        question=_("Discard this proposal?"),
        consequences=[
            _("Visits that were booked from it stay booked. You can ask for another one at any time.")
        ],
        action=_("Discard"),
        danger=True,
    )


def plan_url(request: HttpRequest, plan: VisitPlan) -> str:
    return reverse("planning:plan", args=[slug_of(request), plan.pk])


def _acted(request: HttpRequest, plan: VisitPlan, act: Any) -> HttpResponse:
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(plan_url(request, plan))


def _question(request: HttpRequest, plan: VisitPlan, **words: Any) -> HttpResponse:
    return render(
        request, "confirm.html", {"heading": str(plan), "cancel_url": plan_url(request, plan), **words}
    )


def _plan(pk: int) -> VisitPlan:
    rows = VisitPlan.objects.select_related("made_by", "applied_by", "absence__engineer")
    plan: VisitPlan = get_object_or_404(rows, pk=pk)
    return plan


def _line(plan: VisitPlan, contract: int) -> SchoolLine:
    found = [line for line in school_lines(plan) if line.contract.pk == contract]
    if not found:
        raise Http404
    return found[0]


def _pressing(line: SchoolLine) -> tuple[bool, bool, str]:
    """Schools with something to look at come first."""
    return not line.gaps, line.has_terms, line.contract.customer.name


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
