"""Names of the people in the demo. All are invented; the staff are the same in every load, whatever the seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from accounts.models import CustomerRole, StaffRole

FIRST_NAMES = [
    "Aisha",
    "Alice",
    "Amara",
    "Andrew",
    "Anita",
    "Beth",
    "Bilal",
    "Carys",
    "Catherine",
    "Chloe",
    "Claire",
    "Daniel",
    "Deborah",
    "Dev",
    "Dylan",
    "Eleri",
    "Elizabeth",
    "Emma",
    "Farah",
    "Fiona",
    "Gareth",
    "Gemma",
    "George",
    "Grace",
    "Hannah",
    "Harpreet",
    "Helen",
    "Huw",
    "Imogen",
    "Isaac",
    "Jacob",
    "Jasmine",
    "Joanne",
    "Joseph",
    "Karen",
    "Katie",
    "Kwame",
    "Laura",
    "Leah",
    "Liam",
    "Lucy",
    "Mahmoud",
    "Marcus",
    "Margaret",
    "Megan",
    "Michelle",
    "Mohammed",
    "Naomi",
    "Natalie",
    "Nia",
    "Olivia",
    "Oscar",
    "Patricia",
    "Paul",
    "Philippa",
    "Priya",
    "Rachel",
    "Rhys",
    "Robert",
    "Rosie",
    "Ruth",
    "Samira",
    "Sanjay",
    "Sarah",
    "Sian",
    "Sophie",
    "Stephen",
    "Susan",
    "Tamsin",
    "Thomas",
    "Tom",
    "Uzma",
    "Victoria",
    "Wendy",
    "Yasmin",
    "Zara",
]

SURNAMES = [
    "Abbott",
    "Adeyemi",
    "Ahmed",
    "Atkinson",
    "Barker",
    "Bashir",
    "Begum",
    "Bennett",
    "Birch",
    "Bowen",
    "Brookes",
    "Burgess",
    "Calder",
    "Carmichael",
    "Chaudhry",
    "Clegg",
    "Coles",
    "Cooper",
    "Dawson",
    "Dhillon",
    "Doyle",
    "Eastwood",
    "Ellis",
    "Farrow",
    "Fenwick",
    "Flint",
    "Garland",
    "Gill",
    "Goddard",
    "Greaves",
    "Hadley",
    "Hargreaves",
    "Hewitt",
    "Holt",
    "Hussain",
    "Ingram",
    "Iqbal",
    "Jarvis",
    "Kaur",
    "Keane",
    "Lacey",
    "Lambert",
    "Lloyd",
    "Mallory",
    "Marsh",
    "Mistry",
    "Moorcroft",
    "Morgan",
    "Nash",
    "Nwosu",
    "Oakley",
    "Okafor",
    "Osborne",
    "Parry",
    "Patel",
    "Pemberton",
    "Pickering",
    "Pritchard",
    "Quinn",
    "Radcliffe",
    "Rahman",
    "Rees",
    "Rowntree",
    "Sandhu",
    "Sharma",
    "Shaw",
    "Sheldon",
    "Sutcliffe",
    "Talbot",
    "Thorne",
    "Tindall",
    "Underwood",
    "Vaughan",
    "Wainwright",
    "Walsh",
    "Whitlock",
    "Winter",
    "Yates",
]


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """Somebody of a provider. `extension` is the end of a telephone number that is reserved for fiction."""

    name: str
    roles: tuple[StaffRole, ...]
    team: str = ""
    extension: int = 0


CONCERO_STAFF = (
    StaffPlan("Ellie Marlowe", (StaffRole.TECHNICIAN_1,), "Primary schools", 101),
    StaffPlan("Jamal Whitcombe", (StaffRole.TECHNICIAN_1,), "Primary schools", 102),
    StaffPlan("Tilly Okonkwo", (StaffRole.TECHNICIAN_1,), "Secondary schools", 103),
    StaffPlan("Craig Penhallow", (StaffRole.TECHNICIAN_2,), "Primary schools", 111),
    StaffPlan("Nadia Farouk", (StaffRole.TECHNICIAN_2,), "Secondary schools", 112),
    StaffPlan("Gwen Ashworth", (StaffRole.TECHNICAL_LEAD,), "Primary schools", 121),
    StaffPlan("Ravi Menon", (StaffRole.TECHNICAL_LEAD,), "Secondary schools", 122),
    StaffPlan("Hilary Sefton", (StaffRole.SUCCESS_MANAGER,), "", 131),
    StaffPlan("Duncan Ferrier", (StaffRole.SUCCESS_MANAGER,), "", 132),
    StaffPlan("Marion Trevelyan", (StaffRole.SENIOR_MANAGEMENT,), "", 141),
    StaffPlan("Owen Castellan", (StaffRole.ADMINISTRATOR,), "", 151),
)

PISYS_STAFF = (
    StaffPlan("Petra Lindqvist", (StaffRole.TECHNICIAN_1,), "Service desk", 201),
    StaffPlan("Callum Dray", (StaffRole.TECHNICIAN_1,), "Service desk", 202),
    StaffPlan("Shanice Boateng", (StaffRole.TECHNICIAN_2,), "Service desk", 211),
    StaffPlan("Tomasz Wilk", (StaffRole.TECHNICAL_LEAD,), "Service desk", 221),
    StaffPlan("Frances Holloway", (StaffRole.SUCCESS_MANAGER,), "", 231),
    StaffPlan("Alastair Renshaw", (StaffRole.SENIOR_MANAGEMENT,), "", 241),
    StaffPlan("Miriam Castle", (StaffRole.ADMINISTRATOR,), "", 251),
)

# The four named contacts of a school (Rule T3), then its teachers and office.
NAMED_CONTACTS = (
    CustomerRole.RELATIONSHIP_OWNER,
    CustomerRole.BUSINESS_MANAGER,
    CustomerRole.IT_LEAD,
    CustomerRole.FINANCE_CONTACT,
)


def staff_phone(plan: StaffPlan) -> str:
    """A direct number out of the range that Ofcom keeps for drama."""
    return f"01632 960{plan.extension:03d}"


def address_of(name: str, domain: str) -> str:
    """An e-mail address in the form first.last@domain."""
    plain = "".join(letter for letter in name.lower() if letter.isalnum() or letter == " ")
    return f"{'.'.join(plain.split())}@{domain}"


def invented_names(random: Random) -> Iterator[str]:
    """Names without a repeat, in an order that the seed decides."""
    pairs = [f"{first} {last}" for first in FIRST_NAMES for last in SURNAMES]
    random.shuffle(pairs)
    taken = {plan.name for plan in (*CONCERO_STAFF, *PISYS_STAFF)}
    return (name for name in pairs if name not in taken)
