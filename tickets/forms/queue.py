"""What the queue can be narrowed to."""

from typing import Any

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Max, Min, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from accounts.keys import key_in
from accounts.models import Customer, Person, Provider, Team
from accounts.tenancy.scope import current_scope
from contracts.models import Package
from sla.models import ServiceLevel
from tickets.marks import marks
from tickets.models import OPEN_STATES
from tickets.queue import ME, NOBODY, Filters, words_filter

EVERY = {
    "customer": _("All schools"),
    "package": _("All packages"),
    "level": _("All levels"),
    "team": _("All teams"),
    "owner": _("All owners"),
}
OWNERS = [(ME, _("Me")), (NOBODY, _("Nobody"))]


class QueueFilterForm(forms.Form):
    """The filter bar. Its choices are read with one query: no page is asked for more often than the queue."""

    q = forms.CharField(
        label=_("Subject or number"), required=False, widget=forms.SearchInput(attrs={"data-shortcut": "/"})
    )
    customer = forms.ChoiceField(label=_("School"), required=False)
    package = forms.ChoiceField(label=_("Package"), required=False)
    level = forms.ChoiceField(label=_("Level"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    mark = forms.ChoiceField(label=_("Marked as"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All states")), *((one.value, one.label) for one in OPEN_STATES)],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, rows in _choices().items():
            before = [("", EVERY[name]), *(OWNERS if name == "owner" else [])]
            self._offer(name, [*before, *((str(row["key"]), row["words"]) for row in rows)])
        self._offer("mark", [("", _("Anything")), *((one.key, one.words) for one in marks())])

    def owners(self) -> list[tuple[str, Any]]:
        """Whom several tickets can be given to, from the same query: me, nobody, and the staff."""
        field: Any = self.fields["owner"]
        return list(field.choices)[1:]

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def filters(self) -> Filters:
        """What was chosen; all tickets where that cannot be."""
        if not self.is_valid():
            return Filters()
        chosen = self.cleaned_data
        return Filters(
            customer_id=key_in(chosen["customer"]),
            level_id=key_in(chosen["level"]),
            team_id=key_in(chosen["team"]),
            owner=chosen["owner"] or None,
            package=chosen["package"] or None,
            mark=chosen["mark"] or None,
            state=chosen["state"] or None,
            **words_filter(chosen["q"].strip()),
        )


def _choices() -> dict[str, list[dict[str, Any]]]:
    offered: dict[str, QuerySet[Any]] = {
        "customer": _named(Customer.objects.all()),
        "package": _packages(),
        "level": _named(ServiceLevel.objects.all()),
        "team": _named(Team.objects.all()),
        "owner": _named(Person.objects.filter(is_staff=True, is_active=True)),
    }
    lists = {f"offered_{name}": ArraySubquery(rows) for name, rows in offered.items()}
    row = Provider.objects.annotate(**lists).values(*lists).get(pk=current_scope().provider_id)
    return {name: row[f"offered_{name}"] for name in offered}


def _named(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.values(row=JSONObject(key="pk", words="name"))


def _packages() -> QuerySet[Any]:
    """Each package once, whatever its editions: a contract keeps the one that it was signed under."""
    once = Package.objects.order_by().values("key").annotate(words=Max("name"), place=Min("position"))
    return once.order_by("place", "key").values(row=JSONObject(key="key", words="words"))
