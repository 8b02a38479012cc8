"""Macros as somebody meets them: which they see, what the variables stand for, what a macro says and does."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer, Person, Provider
from delivery.wording.kinds import PROVIDER_VARIABLES, Variable, provider_values
from delivery.wording.rendering import names_in, text_render
from sla.models import Clock
from tickets.clock_words import clock_time
from tickets.keeping import kept_for
from tickets.mail_values import about_ticket
from tickets.models import Macro, MacroThen, Ticket

PERSON_VARIABLES = (
    Variable("person.first_name", gettext_lazy("First name of who asked"), "Rita"),
    Variable("person.name", gettext_lazy("Full name of who asked"), "Rita Marsh"),
    Variable("ticket.school", gettext_lazy("The school"), "Oakfield Primary School"),
    Variable("me.first_name", gettext_lazy("Your first name"), "Tess"),
    Variable("me.name", gettext_lazy("Your full name"), "Tess Lowe"),
)
TICKET_VARIABLES = (
    Variable("ticket.reference", gettext_lazy("Number of the ticket"), "ALD-1042"),
    Variable("ticket.subject", gettext_lazy("Its subject"), gettext_lazy("Projector in room 7 is dark")),
    Variable("ticket.level", gettext_lazy("Its service level"), gettext_lazy("Medium")),
    Variable(
        "ticket.reply_due",
        gettext_lazy("When a person replies at the latest; empty once somebody has"),
        gettext_lazy("Monday 23 November 2026 at 08:30"),
        may_be_empty=True,
    ),
    Variable(
        "ticket.fix_due",
        gettext_lazy("When it is fixed at the latest; empty where nothing runs towards that"),
        gettext_lazy("Tuesday 24 November 2026 at 16:00"),
        may_be_empty=True,
    ),
    Variable(
        "ticket.link",
        gettext_lazy("Where to read it in the portal"),
        "https://desk.example/alder/portal/requests/1042/",
    ),
)
VARIABLES = {one.name: one for one in (*PERSON_VARIABLES, *TICKET_VARIABLES, *PROVIDER_VARIABLES)}
MOST_SHOWN = 40

Values = Mapping[str, str]


def macros_of(person: Person, words: str = "") -> QuerySet[Macro]:
    """The macros that somebody sees, all of them or those with these words: one's own, the teams', everybody's."""
    found = Q()
    for word in words.split()[:8]:
        found &= Q(name__icontains=word) | Q(text__icontains=word)
    return Macro.objects.filter(kept_for(person) & found).select_related("team", "level", "to_team")


def people_values(provider: Provider, school: Customer, person: Person, me: Person) -> dict[str, str]:
    """What can be said wherever somebody of a school is talked to."""
    return {
        **provider_values(provider),
        "person.first_name": person.first_name,
        "person.name": person.name,
        "ticket.school": school.name,
        "me.first_name": me.first_name,
        "me.name": me.name,
    }


def macro_values(provider: Provider, ticket: Ticket, me: Person) -> dict[str, str]:
    """What the variables stand for on a ticket, in the provider's zone, which the school reads."""
    with timezone.override(provider.time_zone):
        return {
            **about_ticket(provider, ticket, ticket.requester),
            **people_values(provider, ticket.customer, ticket.requester, me),
            "ticket.reply_due": _due(ticket.response_clock),
            "ticket.fix_due": _due(ticket.fix_clock),
        }


def _due(clock: Clock | None) -> str:
    return clock_time(clock.due_at) if clock is not None and clock.is_open and clock.due_at else ""


def macro_text(source: str, values: Values) -> str:
    """The words of a macro with these values. Values are never read for variables, nor is anything in them mark-up."""
    return text_render(source, variables=VARIABLES, values=values)


def can_be_said(macro: Macro, values: Values) -> bool:
    """Whether it is words alone, and each of its variables has a value here."""
    return macro.is_words_alone and set(names_in(macro.text)) <= set(values)


@dataclass(frozen=True, slots=True)
class Said:
    """A macro on one ticket, its variables filled."""

    macro: Macro
    text: str
    note: str
    level_reason: str
    reason: str

    @property
    def does(self) -> list[str]:
        """What happens when it is sent, in words."""
        return macro_does(self.macro, reason=self.reason, level_reason=self.level_reason)


def macro_said(macro: Macro, values: Values) -> Said:
    """What a macro comes to with these values."""
    return Said(
        macro,
        *(
            macro_text(source, values)
            for source in (macro.text, macro.note, macro.level_reason, macro.reason)
        ),
    )


def macro_does(macro: Macro, *, reason: str = "", level_reason: str = "") -> list[str]:
    """What a macro does beside its words, each in a few words; with the reasons where they are given."""
    done = []
    if macro.takes:
        done.append(_("You become the owner"))
    if macro.to_team:
        done.append(_("Goes to the team %(team)s, without an owner") % {"team": macro.to_team.name})
    if macro.level:
        words = _("Level %(level)s") % {"level": macro.level.name}
        done.append(f"{words}: {level_reason}" if level_reason else words)
    if macro.then:
        words = str(MacroThen(macro.then).label)
        done.append(f"{words}: {reason}" if reason else words)
    if macro.note:
        done.append(_("Note for staff"))
    return done
