"""Forms of the portal that are made from rows: a field for each question of a form (Rule I10)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer, CustomerMembership, Person
from contracts.forms.contracts import DayInput
from tickets.forms.fields import FilesField, OnceForm, TenantChoiceField, own_schools
from tickets.models import NOTE_LENGTH, FormQuestion, QuestionKind, RequestForm
from tickets.services.requests import Given, day_words, field_of

YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
UNLISTED = "_name"  # after the name of a question's field: who is not among the people that we know


def people_of(customers: QuerySet[Customer]) -> QuerySet[Person]:
    """The people of these schools, by name."""
    members = CustomerMembership.objects.filter(customer__in=customers)
    return Person.objects.filter(pk__in=members.values("person_id"), is_active=True).order_by("name", "pk")


class ChoicesField(forms.MultipleChoiceField):
    """Several of several, as a tuple: what a form was sent with must compare."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(super().clean(value))


class PersonSelect(forms.Select):
    """A browser must not insist on it: the name may be written instead."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class PersonField(TenantChoiceField):
    """Somebody of the school, or None: the form asks for one of the two, this field or the name beside it."""

    widget = PersonSelect

    def validate(self, value: Any) -> None:
        """Nothing by itself: `QuestionsForm.clean` sees both."""


class QuestionsForm(OnceForm):
    """A form with a field for each of `questions`. Person questions offer the people of `schools`."""

    def __init__(
        self, *args: Any, questions: Iterable[FormQuestion] = (), schools: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        schools = own_schools() if schools is None else schools
        people: list[Any] = []
        for question in self.questions:
            self.fields[field_of(question)] = MADE[QuestionKind(question.kind)](question, schools)
            if question.kind == QuestionKind.PERSON:
                # Read once for all; an iterator, so that its length is not asked of the database first.
                people = people or list(iter(self.fields[field_of(question)].choices))  # type: ignore[attr-defined]
                self.fields[field_of(question)].choices = people  # type: ignore[attr-defined]
                self.fields[field_of(question) + UNLISTED] = forms.CharField(
                    label=_("Their name, if they are not listed"), max_length=120, required=False
                )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for question in self.questions:
            name = field_of(question)
            if question.kind != QuestionKind.PERSON or not question.is_required or name in self.errors:
                continue
            if not self.cleaned_data[name] and not self.cleaned_data.get(name + UNLISTED):
                self.add_error(name, _("Choose somebody, or write their name below."))
        return cleaned

    def answers(self) -> list[Given]:
        """What was answered; call it on a valid form."""
        return [self._answer(question) for question in self.questions]

    def question_fields(self) -> list[BoundField]:
        """The fields of the questions, in their order."""
        return [bound for bound in self.visible_fields() if self._is_asked(bound.name)]

    def plain_fields(self) -> list[BoundField]:
        """The other fields that people see."""
        return [bound for bound in self.visible_fields() if not self._is_asked(bound.name)]

    def _is_asked(self, name: str) -> bool:
        return name.removesuffix(UNLISTED) in {field_of(question) for question in self.questions}

    def _answer(self, question: FormQuestion) -> Given:
        name = field_of(question)
        value = self.cleaned_data.get(name)
        if question.kind == QuestionKind.PERSON:
            person = value or None
            return Given(question, person.name if person else self.cleaned_data[name + UNLISTED], person)
        return Given(question, _words(value))


class EverydayForm(QuestionsForm):
    """An everyday request: its questions, by when it is needed where it asks that, and files."""

    customer = TenantChoiceField(own_schools, label=gettext_lazy("School"), empty_label=None)

    def __init__(
        self, *args: Any, asked: RequestForm, own: Sequence[Customer] = (), promised: str = "", **kwargs: Any
    ) -> None:
        """`own` are the schools of whoever asks, `promised` is by when we would promise it, in words."""
        super().__init__(*args, **kwargs)
        if asked.asks_needed_by:
            self.fields["needed_by"] = forms.DateField(
                label=_("Needed by"),
                required=False,
                widget=DayInput(),
                help_text=_("If it were sent now, we would promise it by %(when)s.") % {"when": promised}
                if promised
                else "",
            )
            self.fields["urgent_why"] = forms.CharField(
                label=_("Why is it urgent?"),
                max_length=NOTE_LENGTH,
                required=False,
                help_text=_("Only if you need it before we promise it."),
            )
        self.fields["attachments"] = FilesField(label=_("Photos or files"), required=False)
        if len(own) == 1:
            self.fields["customer"].widget = forms.HiddenInput()
            self.fields["customer"].initial = own[0].pk


class CallerRequestForm(EverydayForm):
    """The same, filled in by a technician for somebody on the telephone: the school is the caller's."""

    def __init__(self, *args: Any, school: Customer, **kwargs: Any) -> None:
        super().__init__(*args, schools=Customer.objects.filter(pk=school.pk), **kwargs)
        del self.fields["customer"]


class DecisionForm(forms.Form):
    """A named contact's answer to a request; the button that was pressed says which."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Whoever asked reads it. If you decline, say why."),
    )


def _words(value: Any) -> str:
    """An answer as people read it."""
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, date):
        return day_words(value)
    if value in dict(YES_NO):
        return str(dict(YES_NO)[value])
    return "" if value is None else str(value).strip()


Make = Callable[[FormQuestion, QuerySet[Customer]], forms.Field]


def _told(question: FormQuestion) -> dict[str, Any]:
    return {"label": question.label, "help_text": question.help_text, "required": question.is_required}


def _short(question: FormQuestion, schools: QuerySet[Customer]) -> forms.Field:
    return forms.CharField(max_length=200, **_told(question))


def _long(question: FormQuestion, schools: QuerySet[Customer]) -> forms.Field:
    return forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), **_told(question))


def _choice(question: FormQuestion, schools: QuerySet[Customer]) -> forms.Field:
    offered = [(one, one) for one in question.choices]
    return forms.ChoiceField(choices=offered, widget=forms.RadioSelect, **_told(question))


def _choices(question: FormQuestion, schools: QuerySet[Customer]) -> forms.Field:
    return ChoicesField(choices=[(one, one) for one in question.choices], **_told(question))


def _date(question: FormQuestion, schools: QuerySet[Customer]) -> forms.Field:
    return forms.DateField(widget=DayInput(), **_told(question))


def _person(question: FormQuestion, schools: QuerySet[Customer]) -> forms.Field:
    field = PersonField(
        lambda: people_of(schools),
        words=lambda person: str(person.name),
        empty_label=_("Somebody who is not listed"),
        **_told(question),
    )
    field.queryset = people_of(schools)  # a field made for one form is not copied
    return field


def _number(question: FormQuestion, schools: QuerySet[Customer]) -> forms.Field:
    return forms.IntegerField(min_value=0, max_value=1_000_000, **_told(question))


def _yes_no(question: FormQuestion, schools: QuerySet[Customer]) -> forms.Field:
    return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **_told(question))


MADE: dict[QuestionKind, Make] = {
    QuestionKind.SHORT: _short,
    QuestionKind.LONG: _long,
    QuestionKind.CHOICE: _choice,
    QuestionKind.CHOICES: _choices,
    QuestionKind.DATE: _date,
    QuestionKind.PERSON: _person,
    QuestionKind.NUMBER: _number,
    QuestionKind.YES_NO: _yes_no,
}
