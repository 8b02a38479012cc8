"""The forms of the portal as administrators change them (Rule I10). Tickets keep what they were asked."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.services import audit_record
from sla.models import ServiceLevel
from tickets.models import (
    APPROVER_ROLES,
    WITH_CHOICES,
    Category,
    FormQuestion,
    QuestionKind,
    RequestForm,
    RequestKind,
)

CHOICE_LENGTH = 80
MOST_CHOICES = 30


@transaction.atomic
def request_form_save(
    *,
    form: RequestForm | None,
    kind: str,
    title: str,
    intro: str = "",
    category: Category | None = None,
    level: ServiceLevel | None = None,
    needs_approval: bool = False,
    approver_roles: Sequence[str] = (),
    asks_needed_by: bool = False,
    changes_account: bool = False,
    position: int | None = None,
    is_active: bool = True,
) -> RequestForm:
    """Make a form (None) or change one, whose kind stays. Without a `position` a new one goes to the end.

    An everyday request needs a level; the questions of a category need the category, and have neither a level nor an
    approval of their own, for it is whoever asks who says how urgent it is. Raises ValidationError by field.
    """
    row = form or RequestForm(kind=kind, position=_end(RequestForm.objects.aggregate(last=Max("position"))))
    before = {name: getattr(row, name) for name in _CHANGED} if form else {}
    row.title, row.intro, row.category, row.level = title.strip(), intro.strip(), category, level
    row.needs_approval, row.approver_roles = needs_approval, list(approver_roles) if needs_approval else []
    row.asks_needed_by, row.changes_account, row.is_active = asks_needed_by, changes_account, is_active
    row.position = row.position if position is None else position
    if row.kind == RequestKind.CATEGORY:
        row.level, row.needs_approval, row.approver_roles, row.asks_needed_by = None, False, [], False
    _check_form(row)
    row.full_clean(exclude=["provider"])
    row.save()
    changes = {name: (_plain(before.get(name)), _plain(getattr(row, name))) for name in _CHANGED}
    audit_record(
        action="request_form.changed" if form else "request_form.created",
        target=row,
        changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
    )
    return row


@transaction.atomic
def question_save(
    *,
    form: RequestForm,
    question: FormQuestion | None,
    kind: str,
    label: str,
    help_text: str = "",
    is_required: bool = False,
    choices: Sequence[str] = (),
) -> FormQuestion:
    """Add a question (None) at the end of a form, or change one. Raises ValidationError by field."""
    row = question or FormQuestion(form=form, position=_end(form.questions.aggregate(last=Max("position"))))
    before = _words(row) if question else ""
    row.kind, row.label, row.help_text, row.is_required = kind, label.strip(), help_text.strip(), is_required
    row.choices = [one.strip() for one in choices if one.strip()] if kind in WITH_CHOICES else []
    _check_choices(row)
    row.full_clean(exclude=["provider"])
    row.save()
    _record(form, row.label, (before, _words(row)))
    return row


@transaction.atomic
def question_move(*, question: FormQuestion, up: bool) -> None:
    """Let a question change places with the one before or after it. At the end of the list nothing happens."""
    rows = list(question.form.questions.select_for_update())
    before = [row.label for row in rows]
    place = next(number for number, row in enumerate(rows) if row.pk == question.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for position, row in enumerate(rows):
        row.position = position
    FormQuestion.objects.bulk_update(rows, ["position"])
    _record(question.form, "order", (", ".join(before), ", ".join(row.label for row in rows)))


@transaction.atomic
def question_remove(*, question: FormQuestion) -> None:
    """Ask it no more. What was answered to it stays on its tickets."""
    before = _words(question)
    question.delete()
    _record(question.form, question.label, (before, ""))


_CHANGED = (
    "kind",
    "title",
    "intro",
    "category",
    "level",
    "needs_approval",
    "approver_roles",
    "asks_needed_by",
    "changes_account",
    "position",
    "is_active",
)


def _check_form(row: RequestForm) -> None:
    wrong: dict[str, str] = {}
    if row.is_everyday and row.level is None:
        wrong["level"] = _("Choose the service level that these requests get.")
    if row.needs_approval and not row.approver_roles:
        wrong["approver_roles"] = _("Choose who may approve it.")
    if unknown := set(row.approver_roles) - set(dict(APPROVER_ROLES)):
        wrong["approver_roles"] = _("These roles may not approve: %(roles)s.") % {
            "roles": ", ".join(sorted(unknown))
        }
    if not row.is_everyday:
        others = RequestForm.objects.filter(kind=RequestKind.CATEGORY, category=row.category).exclude(
            pk=row.pk
        )
        if row.category is None:
            wrong["category"] = _("Choose the category whose questions these are.")
        elif others.exists():
            wrong["category"] = _("This category has its questions already. Change those.")
    if wrong:
        raise ValidationError(wrong)


def _check_choices(row: FormQuestion) -> None:
    if row.kind not in WITH_CHOICES:
        return
    wrong = ""
    if len(row.choices) < 2 or len(row.choices) > MOST_CHOICES:
        wrong = _("Write two to %(many)d answers to choose from, each on a line.") % {"many": MOST_CHOICES}
    elif len(set(row.choices)) < len(row.choices):
        wrong = _("The same answer stands there twice.")
    elif any(len(one) > CHOICE_LENGTH for one in row.choices):
        wrong = _("An answer to choose from has at most %(many)d letters.") % {"many": CHOICE_LENGTH}
    if wrong:
        raise ValidationError({"choices": wrong})


def _record(form: RequestForm, what: str, change: tuple[str, str]) -> None:
    if change[0] != change[1]:
        audit_record(action="request_form.questions_changed", target=form, changes={what: change})


def _words(question: FormQuestion) -> str:
    """A question in one line, for the audit trail."""
    needed = _("must be answered") if question.is_required else ""
    parts = [question.label, str(QuestionKind(question.kind).label), needed, *question.choices]
    return " · ".join(part for part in parts if part)


def _end(found: dict[str, Any]) -> int:
    return 0 if found["last"] is None else int(found["last"]) + 1


def _plain(value: Any) -> Any:
    """A value as the audit trail keeps it."""
    return value if value is None or isinstance(value, bool | int | str | list) else str(value)
