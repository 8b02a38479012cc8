"""Whether a provider's words may hold: every variable is known, and what a mail must say is said in any case."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from delivery.wording.kinds import SIGNATURE, MailKind, Shape, Variable
from delivery.wording.rendering import VARIABLE, names_in, render

SUBJECT_LENGTH = 200
BODY_LENGTH = 10_000


def words_check(*, kind: MailKind, subject: str, body: str) -> None:
    """Raise ValidationError by field for words that this kind of mail cannot be sent with."""
    errors: dict[str, list[str]] = {}
    if problems := list(_subject_problems(kind, subject)):
        errors["subject"] = problems
    if problems := list(_body_problems(kind, body)):
        errors["body"] = problems
    if errors:
        raise ValidationError(errors)


def _subject_problems(kind: MailKind, subject: str) -> Iterable[str]:
    if not kind.subject:
        return
    if not subject.strip():
        yield _("Please write a subject.")
    if len(subject) > SUBJECT_LENGTH:
        yield _("A subject has at most %(most)d characters.") % {"most": SUBJECT_LENGTH}
    if not subject.isprintable():
        yield _("A subject is one line.")
    fitting = {name: one for name, one in kind.by_name.items() if one.shape is Shape.LINE}
    yield from variable_problems(subject, fitting)


def _body_problems(kind: MailKind, body: str) -> Iterable[str]:
    if kind.key != SIGNATURE and not body.strip():
        yield _("Please write what the mail says.")
        return
    if len(body) > BODY_LENGTH:
        yield _("The text has at most %(most)d characters.") % {"most": BODY_LENGTH}
        return
    known = dict(kind.by_name)
    if kind.key != SIGNATURE:
        known[SIGNATURE] = Variable(SIGNATURE, "", "")
    problems = list(variable_problems(body, known))
    yield from problems or _unsaid(kind, body)


def variable_problems(source: str, known: Mapping[str, Variable]) -> Iterable[str]:
    """What is wrong with the variables of words, in words for whoever wrote them."""
    unknown = sorted(set(names_in(source)) - set(known))
    if unknown:
        yield _("There is no variable %(unknown)s here. You can use: %(known)s.") % {
            "unknown": ", ".join(unknown),
            "known": ", ".join(known),
        }
    rest = VARIABLE.sub("", source)
    if "{{" in rest or "}}" in rest:
        yield _("A variable is written like {{ %(example)s }}, with two braces on both sides.") % {
            "example": next(iter(known))
        }
    if "{%" in rest:
        yield _("Only variables can stand here, no commands ({% … %}).")


def _unsaid(kind: MailKind, body: str) -> Iterable[str]:
    """Try each required variable with everything empty that may be, for then its line could be left out."""
    for name in kind.by_name:
        if name not in kind.required:
            continue
        values = {
            other: "" if one.may_be_empty and other != name else _sample(one)
            for other, one in kind.by_name.items()
        }
        tried = render("", body, signature="", variables=kind.by_name, values=values)
        sample = _sample(kind.by_name[name])
        if sample not in tried.text or sample not in _seen(tried.html):
            yield _(
                "This mail must say {{ %(name)s }}, on a line without other variables that may be empty."
            ) % {"name": name}


def _sample(variable: Variable) -> str:
    plain = variable.name.replace(".", "-").replace("_", "-")
    return f"https://required.example/{plain}/" if variable.shape is Shape.LINK else f"required-{plain}."


def _seen(html: str) -> str:
    """What a reader sees of HTML, and where links lead."""
    return strip_tags(html.replace('<a href="', "").replace('" rel=', " <a rel="))
