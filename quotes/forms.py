"""Forms of quotes: what staff write, and what the school decides."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from contracts.forms.contracts import DayInput
from quotes.models import Quote, QuoteState
from quotes.selectors import RUN_OUT
from quotes.services import Line

STATES = [("", _("Any state")), *QuoteState.choices, (RUN_OUT, _("Run out"))]
SPARE_LINES = 3


class QuoteFilterForm(forms.Form):
    """Which quotes the list shows."""

    q = forms.CharField(label=_("Search"), required=False, max_length=80)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    school = forms.ModelChoiceField(
        label=_("School"), queryset=None, to_field_name="slug", required=False, empty_label=_("All schools")
    )  # type: ignore[var-annotated]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = Customer.objects.order_by("name")  # type: ignore[attr-defined]


class QuoteAskForm(forms.Form):
    """A quote that nobody's ticket asks for: a project, new equipment."""

    school = forms.ModelChoiceField(label=_("School"), queryset=None, to_field_name="slug")  # type: ignore[var-annotated]
    subject = forms.CharField(label=_("What it is for"), max_length=200)
    wanted = forms.CharField(
        label=_("What is wanted"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For staff: what to price, how many, by when."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = Customer.objects.filter(is_active=True).order_by("name")
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]


class QuoteForm(forms.Form):
    """The words and terms of a draft; `version` is the state of the quote that the writer saw."""

    subject = forms.CharField(label=_("What it is for"), max_length=200)
    words = forms.CharField(
        label=_("Words for the school"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What is included and what is not, when it can be done, how it is paid."),
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=DayInput(),
        help_text=_("The last day on which the school can accept. Needed before you send it."),
    )
    vat_percent = forms.DecimalField(
        label=_("VAT in percent"), min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def initial_of(quote: Quote) -> dict[str, Any]:
        names = ("subject", "words", "valid_until", "vat_percent", "version")
        return {name: getattr(quote, name) for name in names}


class LineForm(forms.Form):
    """One line; one without description and price is left out."""

    description = forms.CharField(label=_("Description"), max_length=300, required=False)
    quantity = forms.DecimalField(
        label=_("Quantity"),
        min_value=Decimal("0.01"),
        max_value=999_999,
        max_digits=8,
        decimal_places=2,
        initial=1,
        required=False,
    )
    unit_price = forms.DecimalField(
        label=_("Price each (£)"),
        min_value=-9_999_999,
        max_value=9_999_999,
        max_digits=9,
        decimal_places=2,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if self.is_left_out:
            return found
        if not found.get("description") and "description" not in self.errors:
            self.add_error("description", _("Say what it is, or clear the whole line."))
        for name, words in (("quantity", _("Say how many.")), ("unit_price", _("Say what one costs."))):
            if found.get(name) is None and name not in self.errors:
                self.add_error(name, words)
        return found

    @property
    def is_left_out(self) -> bool:
        """Whether nobody has written into it. Valid once it is cleaned."""
        found = self.cleaned_data
        return not (found.get("description") or found.get("unit_price") is not None or self.errors)


class LinesFormSet(BaseFormSet):  # type: ignore[type-arg]  # not subscriptable when it runs
    """The lines of a quote, with some spare ones."""

    deletion_widget = forms.CheckboxInput

    @property
    def lines(self) -> list[Line]:
        """What was written, once the set is valid."""
        kept = [
            form.cleaned_data for form in self.forms if form.cleaned_data and form not in self.deleted_forms
        ]
        return [Line(one["description"], one["quantity"], one["unit_price"]) for one in kept]

    @staticmethod
    def initial_of(quote: Quote) -> list[dict[str, Any]]:
        return [
            {"description": one.description, "quantity": one.quantity, "unit_price": one.unit_price}
            for one in quote.priced
        ]


LINES = cast(
    type[LinesFormSet],
    formset_factory(
        LineForm, formset=LinesFormSet, extra=SPARE_LINES, can_delete=True, max_num=100, validate_max=True
    ),
)


class WhyForm(forms.Form):
    """Why a quote is taken back or written anew."""

    reason = forms.CharField(
        label=_("Why?"), max_length=300, help_text=_("The school reads this as it stands.")
    )


class AcceptForm(forms.Form):
    purchase_order = forms.CharField(
        label=_("Your purchase order number"),
        required=False,
        max_length=60,
        help_text=_("If your school uses them."),
    )


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=300,
        help_text=_("It helps us to make a better offer. You may leave it empty."),
    )
