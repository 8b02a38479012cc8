"""Forms of term dates: one term, several pasted lines, a copy to other schools."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from contracts.forms.contracts import DayInput
from visits.services.terms import TermDates

# As people write days in Britain; a day that could be read in two ways is read with the day first.
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%a %d %b %Y", "%A %d %B %Y")


class SchoolFilterForm(forms.Form):
    q = forms.CharField(label=_("School or trust"), required=False, max_length=100)


class TermForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For example Autumn, first half."))
    first_day = forms.DateField(label=_("First day"), widget=DayInput())
    last_day = forms.DateField(label=_("Last day"), widget=DayInput())

    def dates(self) -> TermDates:
        data = self.cleaned_data
        return TermDates(data["name"], data["first_day"], data["last_day"])


class TermsPasteForm(forms.Form):
    """Terms as lines of text."""

    lines = forms.CharField(
        label=_("Terms, one a line"),
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Name, first day, last day. For example: Autumn, first half, 2 Sep 2026, 23 Oct 2026"),
    )

    def clean_lines(self) -> list[TermDates]:
        """The terms; every line that cannot be read is named."""
        found, wrong = [], []
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), start=1):
            if line.strip():
                try:
                    found.append(_term(line))
                except ValueError:
                    message = _now("Line %(number)d cannot be read: '%(line)s'.")
                    wrong.append(ValidationError(message % {"number": number, "line": line.strip()[:80]}))
        if wrong:
            raise ValidationError(wrong)
        return found


class CopyForm(forms.Form):
    """The schools that get the same terms."""

    schools: "forms.ModelMultipleChoiceField[Customer]" = forms.ModelMultipleChoiceField(
        label=_("Schools"), queryset=None, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Customer.objects.filter(is_active=True).exclude(pk=customer.pk)
        if customer.trust:
            others = others.filter(trust=customer.trust)
        self.fields["schools"].queryset = others.order_by("name")  # type: ignore[attr-defined]


def _term(line: str) -> TermDates:
    """The last two parts are days, what stands before them is the name, commas included. Raises ValueError."""
    separator = "\t" if line.count("\t") >= 2 else ","
    *name, first, last = line.rsplit(separator, 2)
    if not name or not name[0].strip() or len(name[0].strip()) > 80:
        raise ValueError(line)
    return TermDates(name[0].strip(), _day(first), _day(last))


def _day(words: str) -> date:
    for one in DAY_FORMATS:
        try:
            return datetime.strptime(words.strip(), one).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(words)
