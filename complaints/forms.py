"""Forms of complaints, in desk and portal (Rule E2)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerMembership, Person
from complaints.models import USUAL_HOURS, Outcome, Stage
from tickets.forms.desk import owners, schools
from tickets.forms.fields import OnceForm, TenantChoiceField, own_schools
from tickets.models import Channel, Ticket
from tickets.selectors import visible_tickets

LATEST = 30  # requests that the portal offers to choose from


def _text(label: Any, *, help_text: Any = "", required: bool = True, rows: int = 4) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=widget, max_length=4000
    )


class PortalComplaintForm(OnceForm):
    """What went wrong, about which request or none, and who is to look into it."""

    customer = TenantChoiceField(own_schools, label=_("School"), empty_label=None)
    ticket = TenantChoiceField(
        Ticket.objects.none,
        words=lambda ticket: f"{ticket} {ticket.subject}",
        label=_("About which request?"),
        required=False,
        empty_label=_("None in particular"),
    )
    wrong = _text(_("What went wrong?"), rows=5)
    remedy = _text(_("What would put it right?"), required=False, rows=3)
    about_technician = forms.BooleanField(
        label=_("It is about the technician in charge"),
        required=False,
        help_text=_("Then they neither read it nor decide about it."),
    )
    to_stage = forms.TypedChoiceField(
        label=_("Who shall look into it?"),
        coerce=int,
        choices=[one for one in Stage.choices if one[0] != Stage.LEADS],
        initial=Stage.SUCCESS_MANAGER,
        widget=forms.RadioSelect,
        help_text=_("You can take it to our senior management at any time later, too."),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["ticket"]
        recent = list(visible_tickets(person).order_by("-id").values_list("pk", flat=True)[:LATEST])
        offered = Ticket.objects.filter(pk__in=recent).select_related("assignee")
        field.queryset = offered  # type: ignore[attr-defined]
        own = self.fields["customer"].queryset  # type: ignore[attr-defined]
        if len(own) == 1:
            self.fields["customer"].widget = forms.HiddenInput()
            self.fields["customer"].initial = own[0].pk

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        ticket = data.get("ticket")
        if data.get("about_technician") and (ticket is None or ticket.assignee is None):
            self.add_error("about_technician", _("Choose the request that the technician was in charge of."))
        return data


class RecordForm(OnceForm):
    """A complaint that came by telephone or mail, for the school's person who made it."""

    customer = TenantChoiceField(schools, label=_("School"), empty_label=_("Choose a school"))
    email = forms.EmailField(label=_("E-mail address of who complained"))
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[(one.value, one.label) for one in (Channel.PHONE, Channel.EMAIL, Channel.ON_SITE)],
    )
    number = forms.IntegerField(label=_("Number of the ticket, if any"), required=False, min_value=1)
    wrong = _text(_("What went wrong?"))
    remedy = _text(_("What would put it right?"), required=False, rows=2)
    about = TenantChoiceField(
        owners, label=_("About one of us"), required=False, empty_label=_("Nobody in particular")
    )
    to_stage = forms.TypedChoiceField(
        label=_("With"), coerce=int, choices=Stage.choices, initial=Stage.SUCCESS_MANAGER
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        customer, number = data.get("customer"), data.get("number")
        data["ticket"] = Ticket.objects.filter(number=number, customer=customer).first() if number else None
        if customer and number and data["ticket"] is None:
            self.add_error("number", _("The school has no ticket of this number."))
        rows = CustomerMembership.objects.filter(
            customer=customer, person__is_active=True, person__email__iexact=data.get("email", "")
        )
        found = rows.select_related("person").first()
        data["raised_by"] = found.person if found else None
        if customer and data.get("email") and found is None:
            self.add_error("email", _("The school has nobody with this address. Add the person first."))
        return data


class PassUpForm(OnceForm):
    to_stage = forms.TypedChoiceField(label=_("Pass up to"), coerce=int, choices=Stage.choices)
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("The school reads this."))

    def __init__(self, *args: Any, stage: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        above = [(key, words) for key, words in Stage.choices if key > stage]
        self.fields["to_stage"].choices = above  # type: ignore[attr-defined]


class ReasonForm(OnceForm):
    reason = _text(_("Why"), rows=3)


class NoteForm(OnceForm):
    text = _text(_("Note for staff"), help_text=_("The school never sees it."), rows=3)


class NameForm(OnceForm):
    about = TenantChoiceField(
        owners,
        label=_("It is about"),
        empty_label=_("Choose a person"),
        help_text=_("From then on they can neither read nor decide it."),
    )


class DecideForm(OnceForm):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices)
    done = _text(_("What was found and done"), help_text=_("The school reads this."))
    change = _text(
        _("What we change"), help_text=_("So that it does not happen again. The school reads this."),
        required=False, rows=3,
    )  # fmt: skip


class ComplaintFilterForm(forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")), ("open", _("Open")), ("overdue", _("Overdue")), ("decided", _("Decided")),
        ],
    )  # fmt: skip
    stage = forms.TypedChoiceField(
        label=_("With"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("All")), *Stage.choices],
    )
    school = TenantChoiceField(schools, label=_("School"), required=False, empty_label=_("All schools"))


class ComplaintSettingsForm(forms.Form):
    answer_hours = forms.IntegerField(
        label=_("Answer complaints within so many working hours"),
        min_value=1,
        max_value=400,
        initial=USUAL_HOURS,
        help_text=_(
            "The school reads the clock time in the acknowledgement. It holds for complaints from now on."
        ),
    )
