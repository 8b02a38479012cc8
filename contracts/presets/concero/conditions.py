"""The limits of Concero's packages as conditions of their clauses: v3.2, 'What are the limits?', in its order."""

from decimal import Decimal

from contracts.coverage.engine import Comparison, Operator, Value
from contracts.models import Answer, ClauseTopic
from contracts.presets.data import ConditionPreset

Cases = tuple[ConditionPreset, ...]
REACH_METRES = Decimal("2.5")


def known(fact: str, *values: Value) -> Comparison:
    return Comparison(fact, Operator.ONE_OF if len(values) > 1 else Operator.IS, values)


def case(answer: Answer, wording: str, *comparisons: Comparison) -> ConditionPreset:
    return ConditionPreset(comparisons, answer=answer, wording=wording)


def refer(topic: ClauseTopic, *comparisons: Comparison) -> ConditionPreset:
    return ConditionPreset(comparisons, refers_to=topic)


NOT_OURS = refer(ClauseTopic.OTHER_SUPPLIER, known("our_supply", False))
FROM_THE_DESK = refer(ClauseTopic.REMOTE_SUPPORT, known("place", "remote"))
CONSUMABLE = refer(ClauseTopic.AV_CONSUMABLES, known("consumable", True))
HARDWARE_PROJECT = refer(ClauseTopic.PROJECTS, known("hardware_work", "project"))
SOFTWARE_PROJECT = refer(ClauseTopic.PROJECTS, known("software_work", "project"))
TENANT_PROJECT = refer(ClauseTopic.PROJECTS, known("tenant_work", "project"))

HARDWARE: Cases = (
    HARDWARE_PROJECT,
    case(
        Answer.NOT_COVERED,
        "Upgrades of hardware are part of your package for memory and disks only.",
        known("hardware_work", "other_upgrade"),
    ),
    NOT_OURS,
    case(
        Answer.COVERED,
        "This is in warranty: making the claim and following it up for you is part of your package.",
        known("hardware_work", "repair", "part", "third_party_repair", "warranty_claim"),
        known("in_warranty", True),
    ),
    case(
        Answer.LIMITED,
        "Finding the fault and a first repair are part of your package, where a repair is possible, with"
        " reasonable endeavours.",
        known("hardware_work", "repair"),
    ),
    case(
        Answer.NOT_COVERED,
        "The warranty has ended, so there is no claim to make. We can find the fault and order a"
        " replacement part or a repair by another company.",
        known("hardware_work", "warranty_claim"),
        known("in_warranty", False),
    ),
    case(
        Answer.COVERED,
        "Making a warranty claim and following it up for you is part of your package.",
        known("hardware_work", "warranty_claim"),
    ),
    case(
        Answer.LIMITED,
        "Ordering a replacement part or a repair by another company is part of your package. What the part"
        " or the repair costs is agreed with you before we order.",
        known("hardware_work", "part", "third_party_repair"),
    ),
    case(
        Answer.COVERED,
        "Fitting more memory or another disk is part of your package.",
        known("hardware_work", "ram_or_disk"),
    ),
    case(
        Answer.NOT_COVERED,
        "Your package covers finding a fault, a first repair, warranty claims, ordering parts and repairs by"
        " others, and upgrades of memory and disks. Other hardware work is outside it.",
        known("hardware_work", "other"),
    ),
)

SOFTWARE: Cases = (
    SOFTWARE_PROJECT,
    case(
        Answer.COVERED,
        "Checking that your licences are right and up to date is part of your package.",
        known("software_work", "licence_check"),
    ),
    case(
        Answer.COVERED,
        "Installing, configuring and removing software remotely across your computers is part of your"
        " package.",
        known("software_work", "deployment", "configuration", "removal"),
    ),
    case(
        Answer.COVERED,
        "Looking after the firmware of your wireless access points is part of your package.",
        known("software_work", "access_point_firmware"),
    ),
    NOT_OURS,
    case(
        Answer.NOT_COVERED,
        "Your package covers checking licences, installing, configuring and removing software remotely, and"
        " the firmware of wireless access points. Other software work is outside it.",
        known("software_work", "other"),
    ),
)

CLOUD_TENANT_AS_SOFTWARE: Cases = (
    TENANT_PROJECT,
    case(
        Answer.COVERED,
        "For your Microsoft 365 or Google tenant, licence checks and remote configuration, including its"
        " users and groups, are part of your package.",
        known("tenant_work", "licence_check", "availability", "security", "users"),
    ),
)

_DISPLAY = case(
    Answer.COVERED, "Wall-mounted displays are part of your package.", known("av_unit", "wall_display")
)
_TOO_HIGH = case(
    Answer.NOT_COVERED,
    "This projector is more than 2.5 metres above the floor, which is outside your package.",
    known("av_unit", "projector"),
    Comparison("height_m", Operator.MORE_THAN, (REACH_METRES,)),
)
_OTHER_UNIT = case(
    Answer.NOT_COVERED,
    "Your package covers wall-mounted displays and projectors within easy reach, not other units.",
    known("av_unit", "other"),
)
_WITHIN_REACH = (known("av_unit", "projector"), Comparison("height_m", Operator.AT_MOST, (REACH_METRES,)))

AV_WITHIN_REACH: Cases = (
    CONSUMABLE,
    NOT_OURS,
    _DISPLAY,
    _TOO_HIGH,
    case(
        Answer.COVERED,
        "This projector is within easy reach, up to 2.5 metres above the floor, and so part of your package.",
        *_WITHIN_REACH,
    ),
    _OTHER_UNIT,
)
AV_WITHOUT_SPECIALIST_TOOLS: Cases = (
    CONSUMABLE,
    NOT_OURS,
    _DISPLAY,
    _TOO_HIGH,
    case(
        Answer.NOT_COVERED,
        "Reaching this projector needs specialist tools or equipment, which is outside your package.",
        known("av_unit", "projector"),
        known("specialist_tools", True),
    ),
    case(
        Answer.COVERED,
        "This projector is within easy reach, up to 2.5 metres above the floor and without specialist tools,"
        " and so part of your package.",
        *_WITHIN_REACH,
        known("specialist_tools", False),
    ),
    _OTHER_UNIT,
)

SIMS: Cases = (
    case(
        Answer.COVERED,
        "Point upgrades and patches of SIMS are part of your package.",
        known("sims_work", "upgrade"),
    ),
    case(
        Answer.NOT_COVERED,
        "Day-to-day questions and problems with SIMS are not part of your package, which covers its point"
        " upgrades and patches.",
        known("sims_work", "question"),
    ),
    case(
        Answer.NOT_COVERED,
        "Maintenance of SIMS's database or data is not part of your package, which covers its point upgrades"
        " and patches.",
        known("sims_work", "data"),
    ),
)

CALLOUT: Cases = (
    case(
        Answer.NOT_COVERED,
        "An emergency callout is for a major failure, one of level Urgent or High. We will deal with this in"
        " the usual way.",
        known("major_failure", False),
    ),
)

VISIT_TIMES: Cases = (
    case(
        Answer.NOT_COVERED,
        "Our engineers do not visit in evenings, at weekends, on public holidays or in our Christmas"
        " shutdown.",
        known("closed_time", True),
    ),
)

# Cloud Support: the tenant alone, from the desk alone.
CLOUD_TENANT: Cases = (
    refer(ClauseTopic.ON_DEMAND_VISITS, known("place", "on_site")),
    TENANT_PROJECT,
    case(
        Answer.LIMITED,
        "We check the users and groups of your tenant against your MIS and tell you what to correct there."
        " Making the corrections in the MIS stays with you.",
        known("tenant_work", "mis_data"),
    ),
)
CLOUD_SOFTWARE: Cases = (
    SOFTWARE_PROJECT,
    case(
        Answer.COVERED,
        "Making sure that you can reach the software that comes with your Microsoft 365 or Google tenant is"
        " part of your package.",
        known("software_work", "tenant_access"),
    ),
    case(
        Answer.NOT_COVERED,
        "For software your package covers that you can reach what comes with your Microsoft 365 or Google"
        " tenant. Other software work is outside it.",
        Comparison("software_work", Operator.NONE_OF, ("tenant_access", "project")),
    ),
)
CLOUD_REMOTE: Cases = (
    refer(ClauseTopic.ON_DEMAND_VISITS, known("place", "on_site")),
    refer(ClauseTopic.CLOUD_TENANT, known("about_tenant", True)),
    case(
        Answer.NOT_COVERED,
        "Remote support is part of your package for your Microsoft 365 or Google tenant only.",
        known("about_tenant", False),
    ),
)

# Scheduled Support: on site, and from the desk only in place of a visit.
SCHEDULED_REMOTE: Cases = (
    case(
        Answer.COVERED,
        "Remote support in place of the visit that could not happen is part of your package, for the same"
        " amount of time.",
        known("in_lieu", True),
    ),
    case(
        Answer.NOT_COVERED,
        "Remote support is part of your package only in place of a visit that could not happen. Please raise"
        " this with the technician at your next visit.",
        known("in_lieu", False),
    ),
)
SCHEDULED_AV: Cases = (FROM_THE_DESK, CONSUMABLE, NOT_OURS)

FULL_MANAGED_PROJECTS: Cases = (
    case(
        Answer.COVERED,
        "Managing your project is part of your package.",
        known("project_part", "management"),
    ),
    case(
        Answer.QUOTE,
        "For goods and for work by other companies your customer success manager will send you a quote.",
        known("project_part", "goods", "third_party_work"),
    ),
)
