"""Who is calling: by the number on the display, some digits of it, or some letters of a name (Rule I5).

Behind the wall no index serves these questions, for their operators are not leakproof. All people of a provider are
read: measured on one slow core, ten thousand take some 60 ms, and 0.3 s where no name has the letters and those that
are like them are sought.
"""

from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from django.contrib.postgres.search import TrigramStrictWordSimilarity
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from accounts.models import CustomerMembership
from accounts.telephone import Number, exact_key, number_typed, part_keys

MOST_CALLERS = 12
ALIKE = 0.35  # of the letters of a word: 'oakfeild' is Oakfield, 'hill' is not 'hall'
FEWEST_LETTERS = 4  # of a word that may be written wrongly: shorter ones are like too many names
BY_NAME = ("person__name", "customer__name", "pk")
OWN, SCHOOL = "person__phone_keys__contains", "customer__phone_keys__contains"


@dataclass(frozen=True, slots=True)
class Callers:
    """At most MOST_CALLERS people. `has_more`: there are others. `is_guess`: their names are only like the words."""

    rows: list[CustomerMembership]
    has_more: bool = False
    is_guess: bool = False


def callers_found(words: str) -> Callers:
    """Who this may be: a number, digits, or letters of names, schools and addresses; nobody for no words."""
    if not words.strip():
        return Callers([])
    number = number_typed(words)
    if number is not None:
        return _found(_with_number(number))
    if any(letter.isalpha() for letter in words):
        return _by_letters(words.split())
    keys = part_keys(words)
    own, schools = ([Q(**{column: key}) for key in keys] for column in (OWN, SCHOOL))
    return _found(_ranked(*own, *schools)) if keys else Callers([])


def caller_has(caller: CustomerMembership, number: Number) -> bool:
    """Whether the number is known as the person's or their school's."""
    return exact_key(number) in caller.person.phone_keys or exact_key(number) in caller.customer.phone_keys


def _with_number(number: Number) -> QuerySet[CustomerMembership]:
    key, inside = exact_key(number), exact_key(number, with_extension=True)
    return _ranked(Q(**{OWN: inside}), Q(**{OWN: key}), Q(**{SCHOOL: key}))


def _ranked(*ways: Q) -> QuerySet[CustomerMembership]:
    """Members whom one of these finds; whom an earlier one finds stands first."""
    whens = [When(way, then=Value(place)) for place, way in enumerate(ways)]
    rank = Case(*whens, default=Value(len(ways)), output_field=IntegerField())
    return _members(reduce(or_, ways)).order_by(rank, *BY_NAME)


def _by_letters(words: list[str]) -> Callers:
    exact = [
        Q(person__name__icontains=word) | Q(person__email__icontains=word) | Q(customer__name__icontains=word)
        for word in words
    ]
    found = _found(_members(reduce(and_, exact)).order_by(*BY_NAME))
    long = [word for word in words if len(word) >= FEWEST_LETTERS]
    if found.rows or not long:
        return found
    likes = {f"like_{place}": _likeness(word) for place, word in enumerate(long)}
    enough = {f"{name}__gte": ALIKE for name in likes}
    rows = _members().annotate(**likes).filter(**enough).order_by(*(f"-{name}" for name in likes), *BY_NAME)
    guessed = _found(rows)
    return Callers(guessed.rows, guessed.has_more, is_guess=bool(guessed.rows))


def _likeness(word: str) -> Greatest:
    return Greatest(
        TrigramStrictWordSimilarity(word, "person__name"),
        TrigramStrictWordSimilarity(word, "customer__name"),
    )


def _members(wanted: Q | None = None) -> QuerySet[CustomerMembership]:
    """Those wanted, once for each of their schools, whatever roles they have there."""
    of_another_role = CustomerMembership.objects.filter(
        person=OuterRef("person"), customer=OuterRef("customer"), pk__lt=OuterRef("pk")
    )
    found = CustomerMembership.objects.filter(wanted or Q(), ~Exists(of_another_role), person__is_active=True)
    return found.select_related("person", "customer")


def _found(rows: QuerySet[CustomerMembership]) -> Callers:
    read = list(rows[: MOST_CALLERS + 1])
    return Callers(read[:MOST_CALLERS], has_more=len(read) > MOST_CALLERS)
