"""The answer of somebody who has signed in (Rule I6)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.tenancy.access import portal_view
from accounts.views.asking import posted
from satisfaction.forms import AnswerForm
from satisfaction.models import SatisfactionQuestion
from satisfaction.services import AnswerRefused, answer_give
from tickets.references import ticket_reference


@require_http_methods(["GET", "HEAD", "POST"])
@portal_view
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The question that was put to the reader. The form stands on the request's page too, and is sent here."""
    tenant: Any = request
    own = SatisfactionQuestion.objects.filter(person=tenant.person, ticket__is_confidential=False)
    found = get_object_or_404(own.select_related("ticket"), pk=pk)
    form = AnswerForm(posted(request), initial={"answer": found.answer, "comment": found.comment})
    if request.method == "POST" and form.is_valid():
        try:
            answer_give(question=found, **form.cleaned_data)
        except AnswerRefused:
            messages.error(request, _("The time to answer about this request is over."))
        else:
            messages.success(request, _("Thank you for your answer."))
        return redirect(found.ticket.portal_path(tenant.provider.slug))
    context = {
        "question": found,
        "reference": ticket_reference(tenant.provider, found.ticket.number),
        "form": None if timezone.now() > found.open_until else form,
    }
    status = 422 if form.errors else 200
    return render(request, "satisfaction/portal/question.html", context, status=status)
