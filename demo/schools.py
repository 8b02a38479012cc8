"""The schools of the demo: invented names, mail domains under `.example`, all packages, one trust with one domain."""

from dataclasses import dataclass

from contracts.models import PausePolicy

TRUST = "Fallowmere Learning Trust"


@dataclass(frozen=True, slots=True)
class SchoolPlan:
    """A school and its contract. `began` counts the days back from today on which the contract began.

    `share` is how much of the provider's work comes from it. `earlier_package` held until the present contract began.
    `runs_out_in` days from now the contract ends (None: it goes on). `rough_quarter`: last quarter went badly.
    """

    slug: str
    name: str
    package: str
    domain: str
    town: str
    extension: int
    team: str
    manager: str
    share: float
    teachers: int = 6
    trust: str = ""
    calendar: str = ""  # empty: the provider's own desk hours
    pause_policy: str = PausePolicy.STRICT
    visits: int = 0
    began: int = 800
    earlier_package: str = ""
    runs_out_in: int | None = None
    rough_quarter: bool = False


_PRIMARY = ("Primary schools", "Hilary Sefton")
_SECONDARY = ("Secondary schools", "Duncan Ferrier")
_ROUND_THE_CLOCK = ("Service desk", "Frances Holloway")

CONCERO_SCHOOLS = (
    SchoolPlan(
        "fallowmere-academy",
        "Fallowmere Academy",
        "full-managed",
        "fallowmere.example",
        "Fallowmere",
        301,
        *_SECONDARY,
        share=1.7,
        teachers=12,
        trust=TRUST,
        visits=190,
    ),
    SchoolPlan(
        "fallowmere-junior",
        "Fallowmere Junior School",
        "scheduled-on-demand",
        "fallowmere.example",
        "Fallowmere",
        302,
        *_PRIMARY,
        share=0.9,
        trust=TRUST,
        visits=38,
    ),
    SchoolPlan(
        "thornwick-grammar",
        "Thornwick Grammar School",
        "full-managed",
        "thornwickgrammar.example",
        "Thornwick",
        303,
        *_SECONDARY,
        share=1.5,
        teachers=11,
        visits=190,
    ),
    SchoolPlan(
        "ottermead-high",
        "Ottermead High School",
        "scheduled-on-demand",
        "ottermeadhigh.example",
        "Ottermead",
        304,
        *_SECONDARY,
        share=1.4,
        teachers=10,
        visits=76,
        pause_policy=PausePolicy.FIX_WAITS_FOR_CUSTOMER,
    ),
    SchoolPlan(
        "kestrel-park",
        "Kestrel Park Academy",
        "on-demand",
        "kestrelpark.example",
        "Great Hallow",
        305,
        *_SECONDARY,
        share=1.6,
        teachers=10,
        rough_quarter=True,
    ),
    SchoolPlan(
        "rookswood-college",
        "Rookswood Sixth Form College",
        "on-demand",
        "rookswood.example",
        "Rookswood",
        306,
        *_SECONDARY,
        share=1.0,
        teachers=8,
        runs_out_in=47,
    ),
    SchoolPlan(
        "bramblegate-primary",
        "Bramblegate Primary School",
        "scheduled",
        "bramblegate.example",
        "Bramblegate",
        307,
        *_PRIMARY,
        share=0.6,
        visits=46,
        calendar="On-site hours",
    ),
    SchoolPlan(
        "highbeck-primary",
        "Highbeck Community Primary School",
        "scheduled",
        "highbeckprimary.example",
        "High Beck",
        308,
        *_PRIMARY,
        share=0.5,
        visits=23,
        calendar="On-site hours",
    ),
    SchoolPlan(
        "wrensford-primary",
        "Wrensford Church of England Primary School",
        "on-demand",
        "wrensford.example",
        "Wrensford",
        309,
        *_PRIMARY,
        share=0.7,
        began=190,
        earlier_package="cloud",
    ),
    SchoolPlan(
        "saltmarsh-lane",
        "Saltmarsh Lane Infant School",
        "cloud",
        "saltmarshlane.example",
        "Eastney Marsh",
        310,
        *_PRIMARY,
        share=0.5,
        teachers=4,
    ),
    SchoolPlan(
        "copper-hill",
        "Copper Hill Nursery School",
        "cloud",
        "copperhillnursery.example",
        "Upper Tarrow",
        311,
        *_PRIMARY,
        share=0.3,
        teachers=3,
        began=240,
    ),
    SchoolPlan(
        "tanners-wood",
        "Tanners Wood Special School",
        "scheduled-on-demand",
        "tannerswood.example",
        "Tanners Wood",
        312,
        *_PRIMARY,
        share=0.8,
        visits=38,
        pause_policy=PausePolicy.FIX_WAITS_FOR_ANYONE,
    ),
)

PISYS_SCHOOLS = (
    SchoolPlan(
        "northmoor-college",
        "Northmoor College",
        "site-agreement",
        "northmoorcollege.example",
        "Northmoor",
        401,
        *_ROUND_THE_CLOCK,
        share=1.4,
        teachers=5,
    ),
    SchoolPlan(
        "vellacott-federation",
        "Vellacott Schools Federation",
        "cloud-support",
        "vellacott.example",
        "Vellacott",
        402,
        *_ROUND_THE_CLOCK,
        share=1.0,
        teachers=4,
        pause_policy=PausePolicy.FIX_WAITS_FOR_CUSTOMER,
    ),
    SchoolPlan(
        "ashdown-bridge",
        "Ashdown Bridge Academy Trust",
        "cloud-support",
        "ashdownbridge.example",
        "Ashdown Bridge",
        403,
        *_ROUND_THE_CLOCK,
        share=0.8,
        teachers=4,
        calendar="Service window, working days",
        began=320,
    ),
)


def school_phone(plan: SchoolPlan) -> str:
    """A number out of the range that Ofcom keeps for drama."""
    return f"01632 960{plan.extension:03d}"


def school_address(plan: SchoolPlan) -> str:
    """A postal address with a postcode that the Royal Mail does not give out."""
    return f"School Lane\n{plan.town}\nZZ{plan.extension % 90 + 1} {plan.extension % 9 + 1}QX"
