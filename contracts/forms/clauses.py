"""Forms of a clause and of one of its cases: a field for each fact of the vocabulary, no notation to be learnt."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from contracts.coverage.engine import Comparison, Operator
from contracts.coverage.facts import FACTS, Fact, FactKind, comparisons_read
from contracts.forms.coverage import HIGHEST_METRES
from contracts.models import Answer, ClauseCondition, ClauseTopic
from contracts.services.clauses import CaseTerms

MOST_LETTERS = 4000
ANY = ("", _("Does not matter"))
EXCEPT = _("All but those ticked")


class ClauseForm(forms.Form):
    """What a package says about a topic where none of its cases holds."""

    answer = forms.ChoiceField(label=_("Answer"), choices=Answer.choices)
    wording = forms.CharField(
        label=_("In words for the school"), max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 5})
    )


class ConditionForm(forms.Form):
    """One case: the facts that must all hold, then the answer. `asked` are the facts that stand first, by key.

    Of the fields of a fact: `fact_` its values, `except_` all but these; of a number `over_` and `most_`.
    """

    refers_to = forms.ChoiceField(label=_("Who decides"), required=False)
    answer = forms.ChoiceField(
        label=_("Answer"), required=False, choices=[("", _("Another clause's")), *Answer.choices]
    )
    wording = forms.CharField(
        label=_("In words for the school"),
        required=False,
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Empty where another clause decides."),
    )
    place = forms.IntegerField(
        label=_("Place in the order"),
        required=False,
        min_value=1,
        max_value=99,
        help_text=_("The first case that holds decides. Empty: the place it has, or the last."),
    )

    def __init__(self, *args: Any, topic: str, asked: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [choice for choice in ClauseTopic.choices if choice[0] != topic]
        self.fields["refers_to"].choices = [("", _("This case itself, as below")), *others]  # type: ignore[attr-defined]
        first = [key for key in dict.fromkeys(asked) if key in FACTS]
        self.first = frozenset(first)
        self.facts = [FACTS[key] for key in [*first, *(key for key in FACTS if key not in first)]]
        for fact in self.facts:
            self.fields.update(_fields(fact))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for fact in self.facts:
            if data.get(f"except_{fact.key}") and not data.get(f"fact_{fact.key}"):
                self.add_error(f"fact_{fact.key}", ValidationError(_("Tick those that are excepted.")))
        if not self.errors and not self._comparisons():
            self.add_error(None, ValidationError(_("Say at least one fact that must hold.")))
        return data

    def terms(self) -> CaseTerms:
        """What the services take, from a valid form."""
        data = self.cleaned_data
        return CaseTerms(self._comparisons(), data["refers_to"], data["answer"], data["wording"])

    def asked_first(self) -> list[BoundField]:
        """The fields of the facts that the clause asks about already."""
        return [field for fact in self.facts if fact.key in self.first for field in self._bound(fact)]

    def asked_too(self) -> list[BoundField]:
        """The fields of all other facts."""
        return [field for fact in self.facts if fact.key not in self.first for field in self._bound(fact)]

    def is_asked_too(self) -> bool:
        """Whether one of those other fields was filled, or is wrong: then they are shown open."""
        return self.is_bound and any(field.data or field.errors for field in self.asked_too())

    def _bound(self, fact: Fact) -> list[BoundField]:
        return [self[name] for name in _fields(fact)]

    def _comparisons(self) -> tuple[Comparison, ...]:
        return tuple(one for fact in self.facts for one in _compared(fact, self.cleaned_data))


def condition_initial(condition: ClauseCondition) -> dict[str, Any]:
    """What the form of a case starts with."""
    names = ("refers_to", "answer", "wording")
    found: dict[str, Any] = {name: getattr(condition, name) for name in names}
    found["place"] = condition.position
    for one in comparisons_read(condition.facts):
        match FACTS[one.fact].kind, one.operator:
            case FactKind.NUMBER, Operator.MORE_THAN:
                found[f"over_{one.fact}"] = one.values[0]
            case FactKind.NUMBER, _at_most:
                found[f"most_{one.fact}"] = one.values[0]
            case FactKind.YES_NO, _is:
                found[f"fact_{one.fact}"] = "yes" if one.values[0] else "no"
            case _choice, operator:
                found[f"fact_{one.fact}"] = list(one.values)
                found[f"except_{one.fact}"] = operator == Operator.NONE_OF
    return found


def _fields(fact: Fact) -> dict[str, forms.Field]:
    question = str(fact.question)
    match fact.kind:
        case FactKind.NUMBER:
            return {
                f"over_{fact.key}": _number(_("%(question)s More than") % {"question": question}),
                f"most_{fact.key}": _number(_("%(question)s At most") % {"question": question}),
            }
        case FactKind.YES_NO:
            choices = [ANY, ("yes", _("Yes")), ("no", _("No"))]
            return {f"fact_{fact.key}": forms.ChoiceField(label=question, required=False, choices=choices)}
        case FactKind.CHOICE:
            return {
                f"fact_{fact.key}": forms.MultipleChoiceField(
                    label=question,
                    required=False,
                    choices=fact.options,
                    widget=forms.CheckboxSelectMultiple,
                    help_text=_("One of those ticked. None ticked: it does not matter."),
                ),
                f"except_{fact.key}": forms.BooleanField(
                    label=EXCEPT,
                    required=False,
                    widget=forms.CheckboxInput(attrs={"aria-label": f"{EXCEPT}: {question}"}),
                ),
            }


def _number(label: str) -> forms.Field:
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=HIGHEST_METRES,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )


def _compared(fact: Fact, data: dict[str, Any]) -> Iterable[Comparison]:
    if fact.kind is FactKind.NUMBER:
        for name, operator in (("over", Operator.MORE_THAN), ("most", Operator.AT_MOST)):
            bound: Decimal | None = data.get(f"{name}_{fact.key}")
            if bound is not None:
                yield Comparison(fact.key, operator, (bound,))
        return
    given = data.get(f"fact_{fact.key}")
    if not given:
        return
    if fact.kind is FactKind.YES_NO:
        yield Comparison(fact.key, Operator.IS, (given == "yes",))
    elif data.get(f"except_{fact.key}"):
        yield Comparison(fact.key, Operator.NONE_OF, tuple(given))
    else:
        yield Comparison(fact.key, Operator.ONE_OF if len(given) > 1 else Operator.IS, tuple(given))
