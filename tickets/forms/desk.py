"""Forms of the technician's pages."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Person, Team
from accounts.telephone import Number
from contracts.models import Answer
from sla.models import Apart, ServiceLevel
from tickets.forms.fields import FilesField, OnceForm, TenantChoiceField
from tickets.models import CLOSABLE_AS, Category, EscalationStage, MissCause, Ticket
from tickets.services.call_backs import A_TIME_TO_COME, PHONE_LENGTH, can_be_agreed


def owners() -> QuerySet[Person]:
    return Person.objects.filter(is_staff=True, is_active=True)


def teams() -> QuerySet[Team]:
    return Team.objects.all()


def levels() -> QuerySet[ServiceLevel]:
    return ServiceLevel.objects.all()


def categories() -> QuerySet[Category]:
    return Category.objects.filter(is_active=True)


def schools() -> QuerySet[Customer]:
    return Customer.objects.all()


def engineers() -> QuerySet[Person]:
    """Who can be sent to schools: they have hours on site."""
    return owners().filter(engineer_hours__isnull=False).distinct()


def _today() -> date:
    return timezone.localdate()


SCHOOL_READS_IT = _("The school reads this.")


class ReplyForm(OnceForm):
    """An answer to the school."""

    text = forms.CharField(
        label=_("Your answer to the school"), widget=forms.Textarea(attrs={"rows": 7, "data-shortcut": "r"})
    )
    attachments = FilesField(label=_("Files"), required=False)
    by_phone = forms.BooleanField(
        label=_("I said this on the telephone or on site (nothing is mailed)"), required=False
    )


class NoteForm(OnceForm):
    text = forms.CharField(
        label=_("Note for staff"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "The school never sees it. It is no answer: the reply clock goes on. @ and a name tells that colleague."
        ),
    )
    attachments = FilesField(label=_("Files"), required=False)


class AssignForm(forms.Form):
    assignee = TenantChoiceField(owners, required=False, label=_("Owner"), empty_label=_("Nobody yet"))
    team = TenantChoiceField(teams, required=False, label=_("Team"), empty_label=_("No team"))


class LevelForm(forms.Form):
    level = TenantChoiceField(levels, label=_("Level"), empty_label=None)
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=SCHOOL_READS_IT)


class WaitForm(forms.Form):
    waiting_for = forms.ChoiceField(
        label=_("Waiting for"), choices=[("customer", _("The school")), ("third_party", _("A third party"))]
    )
    reason = forms.CharField(label=_("What for"), max_length=300, help_text=SCHOOL_READS_IT)


class ReasonForm(forms.Form):
    """One line that says why."""

    reason = forms.CharField(label=_("Why"), max_length=300, help_text=SCHOOL_READS_IT)


class EscalateForm(forms.Form):
    to_stage = forms.TypedChoiceField(label=_("Escalate to"), coerce=int, choices=EscalationStage.choices[1:])
    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("The school reads this: it is mailed to the requester.")
    )


class HandBackForm(forms.Form):
    """The stages are read from the page's ticket: only lower ones are offered."""

    to_stage = forms.TypedChoiceField(label=_("Hand back to"), coerce=int)
    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("The school reads this: it is mailed to the requester.")
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lower = [choice for choice in EscalationStage.choices[:2] if choice[0] < ticket.escalation_level]
        self.fields["to_stage"].choices = lower[::-1]  # type: ignore[attr-defined]


class RemoteForm(OnceForm):
    """A remote session that has just ended."""

    minutes = forms.IntegerField(label=_("How many minutes"), min_value=1, max_value=24 * 60)
    note = forms.CharField(
        label=_("What you did"),
        max_length=240,
        required=False,
        help_text=_(
            "For staff. The session counts for fair use of the school's contract; nothing is refused by it."
        ),
    )


class QuoteForm(OnceForm):
    """What the customer success manager is to price."""

    wanted = forms.CharField(
        label=_("What is wanted"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "For staff: what to price, how many, by when. The customer success manager writes the quote."
        ),
    )


class CalloutForm(forms.Form):
    """Who goes at once, and when they can be there. `refusal`: why nobody can, in words; '' where somebody can."""

    refusal = ""

    engineer = TenantChoiceField(engineers, label=_("Engineer"), empty_label=_("Choose an engineer"))
    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), initial=_today
    )
    starts = forms.TimeField(
        label=_("There at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=_("Until about"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_(
            "The school is mailed who comes and when, and that we cannot promise a fix. The ticket is then exempt from"
            " both time limits; the reply is measured from the arrival."
        ),
    )


class CloseForm(forms.Form):
    closed_as = forms.ChoiceField(label=_("Close as"), choices=CLOSABLE_AS)
    text = forms.CharField(
        label=_("Explanation to the school"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("Needed when it could not be resolved: why, and what they can do next."),
    )


class ApartForm(forms.Form):
    apart = forms.ChoiceField(label=_("Report this ticket"), choices=Apart.choices[:3])
    reason = forms.CharField(label=_("Why"), max_length=300)


class BreachReasonForm(forms.Form):
    clock = forms.IntegerField(widget=forms.HiddenInput)
    cause = forms.ChoiceField(label=_("Why was it missed?"), choices=MissCause.choices)
    words = forms.CharField(label=_("In your words"), max_length=500, required=False)


class ExplanationForm(forms.Form):
    explanation = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("Explanation to the school"), widget=forms.Textarea(attrs={"rows": 6}))


class OverruleForm(forms.Form):
    """Another answer than the contract's, in words for the school and with a reason for us (Rule P1)."""

    answer = forms.ChoiceField(label=_("Answer instead"), choices=Answer.choices)
    wording = forms.CharField(label=_("In words for the school"), widget=forms.Textarea(attrs={"rows": 3}))
    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("For us: it is kept with both answers.")
    )


class CallerForm(forms.Form):
    """Whom the technician is talking to: some letters of a name or school, or the number on the display."""

    q = forms.CharField(
        label=_("Who is calling?"),
        required=False,
        widget=forms.SearchInput(
            attrs={
                "autofocus": True,
                "autocomplete": "off",
                "placeholder": _("Name, school, e-mail or number"),
            }
        ),
    )
    number = forms.CharField(required=False, max_length=40, strip=False, widget=forms.HiddenInput)


class CallForm(OnceForm):
    """A telephone call: what is wrong is enough. Fix on the spot, or agree a time to call back (Rule I5)."""

    subject = forms.CharField(
        label=_("In a few words"), max_length=200, widget=forms.TextInput(attrs={"autofocus": True})
    )
    text = forms.CharField(label=_("What is wrong?"), widget=forms.Textarea(attrs={"rows": 4}))
    category = TenantChoiceField(
        categories, label=_("What is it about?"), required=False, empty_label=_("Not asked yet")
    )
    level = TenantChoiceField(
        levels,
        words=lambda level: f"{level.name}: {level.impact}",
        label=_("Who is affected?"),
        required=False,
        empty_label=_("Not asked yet"),
    )
    fix = forms.CharField(
        label=_("Fixed on the spot: what did you do?"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    call_back_at = forms.DateTimeField(
        label=_("Or call back at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    phone = forms.CharField(label=_("Number to call"), max_length=PHONE_LENGTH, required=False)
    called_from = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    keep_number = forms.BooleanField(required=False)
    is_confidential = forms.BooleanField(
        label=_("Confidential: a child's safety or something private"),
        required=False,
        help_text=_("Only the caller, you and the safeguarding contacts can then read it."),
    )

    def __init__(self, *args: Any, new_number: Number | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if new_number is None:
            del self.fields["keep_number"]
        else:
            label = _("Keep %(number)s as a number of this person")
            self.fields["keep_number"].label = label % {"number": new_number.shown}

    def clean_call_back_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["call_back_at"]
        if at is not None and not can_be_agreed(at):
            raise forms.ValidationError(A_TIME_TO_COME)
        return at

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if data.get("call_back_at") and not data.get("phone"):
            self.add_error("phone", _("Which number shall we call?"))
        if data.get("fix") and data.get("call_back_at"):
            self.add_error("call_back_at", _("It is fixed: no call back is needed."))
        return data
