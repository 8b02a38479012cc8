"""Form fields that several forms of tickets share."""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator

from accounts.forms.files import FilesField
from accounts.forms.once import OnceForm
from accounts.models import Customer

__all__ = ["FilesField", "OnceForm", "RowsRead", "TenantChoiceField", "own_schools", "tell_at_fields"]


def own_schools() -> QuerySet[Customer]:
    """The schools of the person: the scope shows no other."""
    return Customer.objects.filter(is_active=True)


def tell_at_fields(form: forms.Form, problem: ValidationError) -> None:
    """What a service refused, each message at its field; what belongs to none of the form, above them all."""
    by_field = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
    for name, words in by_field.items():
        form.add_error(name if name in form.fields else None, words)


class RowsRead(ModelChoiceIterator):  # type: ignore[type-arg] # not subscriptable when it runs
    """Reads the rows once for each form, however often a widget goes through the choices."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        for row in self.queryset:
            yield self.choice(row)


class TenantChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg] # not subscriptable when it runs
    """A choice among rows of the open scope, looked up when a form is made, not when it is defined.

    `words` says how a row reads; its own name where it is not given.
    """

    iterator = RowsRead

    def __init__(
        self, rows: Callable[[], QuerySet[Any]], *, words: Callable[[Any], str] | None = None, **options: Any
    ) -> None:
        self.rows, self.words = rows, words or str
        super().__init__(queryset=None, **options)

    def __deepcopy__(self, memo: dict[int, Any]) -> "TenantChoiceField":
        own: TenantChoiceField = super().__deepcopy__(memo)
        own.queryset = self.rows()
        return own

    def label_from_instance(self, obj: Any) -> str:
        return self.words(obj)
