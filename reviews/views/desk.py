"""Reviews in the desk: the list, its file, and one review with its outcome (Rule S12)."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission
from accounts.spreadsheets import csv_text
from accounts.tenancy.access import desk_view
from accounts.views.asking import posted, slug_of
from accounts.views.paging import page_of
from reviews.forms import FinishForm, ReviewFilterForm
from reviews.models import Review
from reviews.selectors import reviews_listed, told_of
from reviews.services import review_finish
from reviews.wording import basis_words, short_words, subject_words


@require_safe
@desk_view(Permission.HANDLE_REVIEWS)
def review_list(request: HttpRequest) -> HttpResponse:
    """What is up for review and what came of the rest, the newest first."""
    tenant: Any = request
    page = page_of(request, _wanted(request))
    context = {
        "form": ReviewFilterForm(request.GET),
        "page": page,
        "rows": [
            {"review": one, "subject": subject_words(tenant.provider, one), "why": short_words(one)}
            for one in page.rows
        ],
        "clear_url": "?" if any(request.GET.values()) else "",
        "query": request.GET.urlencode(),
    }
    return render(request, "reviews/desk/list.html", context)


@require_safe
@desk_view(Permission.HANDLE_REVIEWS)
def review_csv(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    tenant: Any = request
    heads = (
        _("Put up"), _("Why"), _("School"), _("Subject"), _("Figures"), _("What was found"), _("Outcome"),
        _("Words to the school"), _("Done"), _("By"),
    )  # fmt: skip
    rows = (
        [
            _minute(one.found_at), one.get_kind_display(), one.customer.name, subject_words(tenant.provider, one),
            short_words(one), one.found, one.get_outcome_display(), one.words, _minute(one.done_at),
            one.done_by.name if one.done_by else "",
        ]
        for one in _wanted(request)
    )  # fmt: skip
    response = HttpResponse(csv_text(heads, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="reviews.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view(Permission.HANDLE_REVIEWS)
def review_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One review: the figures that decided it, and its outcome; what cannot be saved comes back with what was typed."""
    tenant: Any = request
    related = ("customer__success_manager", "ticket__assignee", "ticket__level", "done_by", "told")
    review = get_object_or_404(Review.objects.select_related(*related), pk=pk)
    told = told_of(review) if review.is_open else None
    form = FinishForm(posted(request), is_told=told is not None)
    if request.method == "POST" and form.is_valid():
        try:
            done = review_finish(review=review, by=tenant.person, **form.cleaned_data)
        except ValidationError as problem:
            _tell(form, problem)
        else:
            words = _("Recorded. %(name)s is told by mail.") if done.told else _("Recorded. Nobody is told.")
            messages.success(request, words % {"name": done.told.name if done.told else ""})
            return redirect(reverse("reviews:review", args=[slug_of(request), pk]))
    context = {
        "review": review,
        "subject": subject_words(tenant.provider, review),
        "why": short_words(review),
        "basis": basis_words(review),
        "told": told,
        "form": form if review.is_open else None,
    }
    return render(request, "reviews/desk/review.html", context, status=422 if form.errors else 200)


def _wanted(request: HttpRequest) -> QuerySet[Review]:
    form = ReviewFilterForm(request.GET)
    return reviews_listed(form.cleaned_data if form.is_valid() else {})


def _tell(form: FinishForm, problem: ValidationError) -> None:
    by_field = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
    for name, words in by_field.items():
        form.add_error(name if name in form.fields else None, words)


def _minute(at: datetime | None) -> str:
    """In the reader's zone."""
    return timezone.localtime(at).isoformat(timespec="minutes") if at else ""
