"""Forms that ask whether something is covered: what it is about, and what is known of it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer
from contracts.coverage.engine import Value
from contracts.coverage.facts import Fact, FactKind, value_read
from contracts.forms.contracts import PackageField
from contracts.models import ClauseTopic, Package

HIGHEST_METRES = Decimal(30)
NOT_KNOWN = ("", _("Not known yet"))


class CoverageForm(forms.Form):
    """A topic, and a field for each fact that its conditions can turn on; all of them may stay open."""

    topic = forms.ChoiceField(label=_("What is it about?"), choices=ClauseTopic.choices)

    def __init__(self, *args: Any, facts: Iterable[Fact] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = tuple(facts)
        for fact in self.asked:
            self.fields[_name(fact)] = _field(fact)

    def known(self) -> dict[str, Value]:
        """What was given, by fact. Call it on a valid form."""
        given = {fact: self.cleaned_data[_name(fact)] for fact in self.asked}
        return {
            fact.key: value if isinstance(value, Decimal) else value_read(fact, _stored(fact, value))
            for fact, value in given.items()
            if value not in {"", None}
        }


class CoverageTesterForm(CoverageForm):
    """The same for a school's contract of today, or for a package that nobody need have bought."""

    customer: "forms.ModelChoiceField[Customer]" = forms.ModelChoiceField(
        label=_("School"), queryset=None, required=False, empty_label=_("Nobody in particular")
    )
    package = PackageField(
        label=_("Or a package"), queryset=None, required=False, empty_label=_("The school's own")
    )
    field_order = ("customer", "package", "topic", "fact_channel", "fact_place")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        packages = Package.objects.select_related("version").order_by("-version__published_on", "position")
        self.fields["customer"].queryset = Customer.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["package"].queryset = packages  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not data.get("customer") and not data.get("package"):
            self.add_error("customer", _("Choose a school or a package."))
        return data


def _name(fact: Fact) -> str:
    return f"fact_{fact.key}"


def _field(fact: Fact) -> forms.Field:
    if fact.kind is FactKind.NUMBER:
        return forms.DecimalField(
            label=str(fact.question),
            required=False,
            min_value=0,
            max_value=HIGHEST_METRES,
            decimal_places=2,
            widget=forms.NumberInput(attrs={"step": "0.01"}),
        )
    options = fact.options if fact.kind is FactKind.CHOICE else (("yes", _("Yes")), ("no", _("No")))
    return forms.ChoiceField(label=str(fact.question), required=False, choices=[NOT_KNOWN, *options])


def _stored(fact: Fact, chosen: str) -> object:
    return chosen == "yes" if fact.kind is FactKind.YES_NO else chosen
