"""Who may come in where, and what a row of the table of routes says."""

from dataclasses import dataclass

from tests.tenancy.finding import Find

DESK = frozenset({"tess", "theo", "lena", "cass", "sena", "ada", "tim", "bill"})
CONTRACTS = frozenset({"cass", "ada", "bill"})
PEOPLE = frozenset({"cass", "ada", "bill"})
# Who handles complaints and reviews, and reads how schools found our work.
COMPLAINTS = frozenset({"lena", "cass", "sena", "ada", "bill"})
# Who publishes articles.
KNOWLEDGE = frozenset({"lena", "cass", "sena", "ada", "bill"})
CALENDARS = frozenset({"ada", "bill"})
PROVIDER = frozenset({"ada", "bill"})
MAIL = frozenset({"lena", "ada", "bill"})
# Who may read confidential tickets without having been named.
TAKERS = frozenset({"sena", "ada", "bill"})
SHARERS = frozenset({"lena", "ada", "bill"})
PLANNERS = frozenset({"lena", "cass", "ada", "bill"})
WRITERS = frozenset({"cass", "sena", "ada", "bill"})
PORTAL = frozenset({"rita", "remy", "rob", "bea", "ian", "fay", "hugo", "hana", "rose"})
EVERYBODY = DESK | PORTAL
# The named contacts of schools, who get its reports.
CONTACTS = PORTAL - {"rita", "remy", "hugo"}
# Those of them who see the whole school, and so its contract.
LEADS = CONTACTS - {"fay"}
# And those who decide who belongs to it.
NOMINATING = LEADS - {"bea"}


@dataclass(frozen=True)
class Route:
    """An address. `of` finds the object of a place; `border` says what divides own objects from foreign ones."""

    who: frozenset[str]
    of: Find = lambda world, place: {}
    border: str = ""
    """"" no object, "provider" shared by its staff, "person" the requester's, "contacts" the school's contacts',
    "leads" of those who see the whole school, "own" that one person's alone.
    """
    writers: frozenset[str] = frozenset()
    """Who may send the form, where not all who may read it."""
