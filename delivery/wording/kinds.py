"""What kinds of mail there are: each names its variables and its standard words. Apps add theirs in `apps.py`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, Provider

Words = str | Promise
Values = Mapping[str, str]

SIGNATURE = "signature"


class Shape(Enum):
    """What a variable stands for: words in a line, text of several lines, or an address to follow."""

    LINE = "line"
    BLOCK = "block"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Variable:
    """`{{ name }}` in a mail. A line that names one which `may_be_empty` is left out where it is empty."""

    name: str
    description: Words
    example: Words
    may_be_empty: bool = False
    shape: Shape = Shape.LINE

    @property
    def written(self) -> str:
        return "{{ " + self.name + " }}"


@dataclass(frozen=True, slots=True)
class Examples:
    """Real records to try the words on: `choices` for a person of the staff as (key, label), `values` of one of them.

    `values` raises LookupError for a key that is not, or no longer, among that person's records.
    """

    choices: Callable[[Person], Sequence[tuple[str, str]]]
    values: Callable[[Person, str], Values]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailKind:
    """A mail whose words a provider may change. `required`: variables that it says in any case.

    Pages list the kinds by `order`. `tag` is an example of what stands before the subject whatever the words are. An
    empty `subject` means that these words have none: they are a part of other mails.
    """

    key: str
    group: Words
    name: Words
    description: Words
    variables: Sequence[Variable]
    subject: Words
    body: Words
    required: frozenset[str] = frozenset()
    tag: str = ""
    examples: Examples | None = None
    order: int = 50

    @property
    def by_name(self) -> dict[str, Variable]:
        return {one.name: one for one in (*self.variables, *PROVIDER_VARIABLES)}


PROVIDER_VARIABLES = (
    Variable("provider.name", _("The name of your company"), "Alder IT"),
    Variable(
        "provider.phone", _("Your support telephone, if you have one"), "01632 960100", may_be_empty=True
    ),
    Variable("provider.email", _("Your support address"), "support@alder.example"),
)

_kinds: dict[str, MailKind] = {}


def mail_kind_add(kind: MailKind) -> None:
    """Called once for each kind when Django starts. Raises ValueError for a key that is taken."""
    if _kinds.setdefault(kind.key, kind) is not kind:
        raise ValueError(f"There is a kind of mail {kind.key!r} already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFamily:
    """Kinds of mail about one thing: what is the same of them all. `required` names variables of each of them."""

    group: Words
    variables: Sequence[Variable]
    required: frozenset[str] = frozenset()
    tag: str = ""
    examples: Examples | None = None
    order: int = 50

    def add(
        self,
        key: str,
        name: Words,
        description: Words,
        *,
        subject: Words,
        body: Words,
        variables: Sequence[Variable] = (),
        required: Sequence[Variable] = (),
    ) -> None:
        """One kind more, with variables of its own and those of them that it says in any case."""
        mail_kind_add(
            MailKind(
                key=key,
                group=self.group,
                name=name,
                description=description,
                variables=(*self.variables, *variables),
                subject=subject,
                body=body,
                required=self.required.union(one.name for one in required),
                tag=self.tag,
                examples=self.examples,
                order=self.order,
            )
        )


def mail_kinds() -> list[MailKind]:
    """All kinds in their order; those of the same, as they were added."""
    return sorted(_kinds.values(), key=lambda kind: kind.order)


def mail_kind(key: str) -> MailKind:
    """Raises KeyError."""
    return _kinds[key]


def provider_values(provider: Provider) -> dict[str, str]:
    """What every mail may say of its provider."""
    return {
        "provider.name": provider.name,
        "provider.phone": provider.support_phone,
        "provider.email": provider.support_email,
    }


mail_kind_add(
    MailKind(
        key=SIGNATURE,
        group=_("In every mail"),
        name=_("Signature"),
        description=_("What stands where a mail says {{ signature }}, usually at its end."),
        variables=(),
        subject="",
        body="{{ provider.name }}\n{{ provider.phone }}",
        order=0,
    )
)
