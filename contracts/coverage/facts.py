"""The facts that conditions of clauses may name: key, kind, and the question that we ask for one that is not known."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from contracts.coverage.engine import MANY, NUMERIC, Comparison, Operator, Value

Words = str | Promise


class FactKind(Enum):
    CHOICE = "choice"
    YES_NO = "yes_no"
    NUMBER = "number"  # with a decimal point, in the unit that the question names


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that can be known about a request."""

    key: str
    kind: FactKind
    question: Words
    options: tuple[tuple[str, Words], ...] = ()

    def value_words(self, value: Value) -> str:
        """A value as a person reads it."""
        if self.kind is FactKind.YES_NO:
            return _("yes") if value is True else _("no")
        return str(dict(self.options).get(str(value), value))


def _choice(key: str, question: Words, /, **options: Words) -> Fact:
    return Fact(key, FactKind.CHOICE, question, tuple(options.items()))


def _yes_no(key: str, question: Words) -> Fact:
    return Fact(key, FactKind.YES_NO, question)


_ALL = (
    _choice(
        "channel",
        lazy("How was it raised?"),
        email=lazy("E-mail"),
        portal=lazy("Portal"),
        phone=lazy("Telephone"),
        chat=lazy("Chat"),
        on_site=lazy("With the technician on site"),
        monitoring=lazy("Monitoring"),
    ),
    _choice(
        "place",
        lazy("Where is the work done?"),
        remote=lazy("From our desk"),
        on_site=lazy("At the school"),
    ),
    _yes_no("our_supply", lazy("Did we provide it?")),
    _choice(
        "hardware_work",
        lazy("What does the hardware need?"),
        repair=lazy("The fault found, and a first repair"),
        warranty_claim=lazy("A warranty claim"),
        part=lazy("A replacement part"),
        third_party_repair=lazy("A repair by another company"),
        ram_or_disk=lazy("More memory or another disk"),
        other_upgrade=lazy("Another upgrade"),
        project=lazy("Something new: a purchase or a project"),
        other=lazy("Something else"),
    ),
    _yes_no("in_warranty", lazy("Is it in warranty?")),
    _choice(
        "software_work",
        lazy("What does the software need?"),
        licence_check=lazy("A check of its licences"),
        deployment=lazy("Installing"),
        configuration=lazy("Other settings"),
        removal=lazy("Removing"),
        access_point_firmware=lazy("Firmware of wireless access points"),
        tenant_access=lazy("Reaching what comes with Microsoft 365 or Google"),
        project=lazy("Something new: a purchase or a project"),
        other=lazy("Something else"),
    ),
    _choice(
        "tenant_work",
        lazy("What does the tenant need?"),
        availability=lazy("It cannot be reached"),
        security=lazy("Security or privacy settings"),
        users=lazy("Users or groups"),
        licence_check=lazy("A check of its licences"),
        mis_sync=lazy("The yearly synchronisation with the MIS"),
        mis_data=lazy("Corrections of the data in the MIS"),
        project=lazy("Something new: a site or a project"),
    ),
    _yes_no("about_tenant", lazy("Is it about your Microsoft 365 or Google tenant?")),
    _yes_no("consumable", lazy("Is it a consumable, such as a bulb, a filter or a cable?")),
    _choice(
        "av_unit",
        lazy("Which kind of unit is it?"),
        wall_display=lazy("A wall-mounted display"),
        projector=lazy("A projector"),
        other=lazy("Another unit"),
    ),
    Fact("height_m", FactKind.NUMBER, lazy("How high is it mounted, in metres above the floor?")),
    _yes_no("specialist_tools", lazy("Does reaching it need specialist tools or equipment?")),
    _choice(
        "sims_work",
        lazy("What does SIMS need?"),
        upgrade=lazy("A point upgrade or a patch"),
        question=lazy("An answer to a question, or help with a problem"),
        data=lazy("Work on its database or data"),
    ),
    _yes_no("in_life_cycle", lazy("Is it within its maker's life cycle?")),
    _yes_no("in_lieu", lazy("Is it in place of a visit that could not happen?")),
    _yes_no("major_failure", lazy("Is it a major failure, of level Urgent or High?")),
    _yes_no(
        "closed_time",
        lazy("Would it be in an evening, at a weekend, on a public holiday or in our Christmas shutdown?"),
    ),
    _choice(
        "project_part",
        lazy("Which part of the project is it?"),
        management=lazy("Managing it"),
        goods=lazy("Goods"),
        third_party_work=lazy("Work by other companies"),
    ),
)
FACTS: dict[str, Fact] = {fact.key: fact for fact in _ALL}

OPERATOR_WORDS: dict[Operator, Words] = {
    Operator.IS: lazy("is"),
    Operator.ONE_OF: lazy("is one of"),
    Operator.NONE_OF: lazy("is none of"),
    Operator.AT_MOST: lazy("is at most"),
    Operator.MORE_THAN: lazy("is more than"),
}


def comparisons_read(stored: object) -> tuple[Comparison, ...]:
    """The comparisons of a condition as it is stored: a list of `fact`, `operator`, `value`. Raises ValidationError."""
    if not isinstance(stored, list) or not stored:
        raise ValidationError(_("A condition needs at least one fact."), code="facts")
    return tuple(_comparison_read(one) for one in stored)


def comparison_words(one: Comparison) -> str:
    """'How high is it mounted? is more than 2.5'."""
    fact = FACTS[one.fact]
    values = ", ".join(fact.value_words(value) for value in one.values)
    return f"{fact.question} {OPERATOR_WORDS[one.operator]} {values}"


def known_words(facts: Iterable[tuple[str, Value]]) -> list[tuple[str, str]]:
    """Facts as question and answer; a fact that the vocabulary no longer has is left out."""
    return [(str(FACTS[key].question), FACTS[key].value_words(value)) for key, value in facts if key in FACTS]


def _comparison_read(stored: object) -> Comparison:
    if not isinstance(stored, dict) or set(stored) != {"fact", "operator", "value"}:
        raise ValidationError(_("A fact needs 'fact', 'operator' and 'value'."), code="facts")
    fact = FACTS.get(stored["fact"])
    if fact is None:
        raise ValidationError(_("There is no fact '%(name)s'.") % {"name": stored["fact"]}, code="facts")
    try:
        operator = Operator(stored["operator"])
    except ValueError as error:
        words = _("There is no operator '%(name)s'.") % {"name": stored["operator"]}
        raise ValidationError(words, code="facts") from error
    if (operator in NUMERIC) != (fact.kind is FactKind.NUMBER):
        raise ValidationError(_("This operator does not fit '%(name)s'.") % {"name": fact.key}, code="facts")
    values = stored["value"] if operator in MANY else [stored["value"]]
    if not isinstance(values, list) or not values:
        raise ValidationError(_("This operator needs a list of values."), code="facts")
    return Comparison(fact.key, operator, tuple(value_read(fact, one) for one in values))


def value_read(fact: Fact, stored: object) -> Value:
    """One value of a fact as it is stored. Raises ValidationError where it is none of the fact's."""
    if fact.kind is FactKind.YES_NO and isinstance(stored, bool):
        return stored
    if fact.kind is FactKind.CHOICE and isinstance(stored, str) and stored in dict(fact.options):
        return stored
    if (
        fact.kind is FactKind.NUMBER
        and isinstance(stored, str | int | float)
        and not isinstance(stored, bool)
    ):
        try:
            number = Decimal(str(stored))
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return number
    raise ValidationError(
        _("'%(value)s' is no value of '%(name)s'.") % {"value": stored, "name": fact.key}, code="facts"
    )


def value_stored(value: Value) -> str | bool:
    """A value as JSON keeps it."""
    return str(value) if isinstance(value, Decimal) else value


def comparisons_stored(comparisons: Iterable[Comparison]) -> list[dict[str, object]]:
    """Tests as `ClauseCondition.facts` keeps them; `comparisons_read` gives them back."""
    return [
        {
            "fact": one.fact,
            "operator": one.operator.value,
            "value": [value_stored(value) for value in one.values]
            if one.operator in MANY
            else value_stored(one.values[0]),
        }
        for one in comparisons
    ]
