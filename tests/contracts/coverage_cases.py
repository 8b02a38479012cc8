"""Requests with everything known, and what each of the five packages answers: the table and its limits as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contracts.coverage.engine import Value
from contracts.models import Answer, ClauseTopic

T = ClauseTopic


@dataclass(frozen=True)
class Expected:
    """An answer, and the topic that decides where it is not the one that was asked."""

    answer: Answer
    topic: ClauseTopic | None = None


@dataclass(frozen=True)
class Case:
    """What is asked, and the answers in the order of `tests.contracts.test_presets.ORDER`."""

    topic: ClauseTopic
    facts: Mapping[str, Any]
    answers: tuple[Expected, ...]

    def __str__(self) -> str:
        return f"{self.topic.value}:" + ",".join(f"{name}={value}" for name, value in self.facts.items())


YES, LIMITED, NO = Expected(Answer.COVERED), Expected(Answer.LIMITED), Expected(Answer.NOT_COVERED)
QUOTE, CHARGE = Expected(Answer.QUOTE), Expected(Answer.CHARGEABLE)
NO_DESK = Expected(Answer.NO_DESK_ACCESS, T.DESK_ACCESS)
THIRD = Expected(Answer.THIRD_PARTY, T.OTHER_SUPPLIER)
VISIT = Expected(Answer.CHARGEABLE, T.ON_DEMAND_VISITS)
PROJECT = Expected(Answer.QUOTE, T.PROJECTS)
MANAGED = Expected(Answer.COVERED, T.PROJECTS)
IN_LIEU, NOT_IN_LIEU = (Expected(one, T.REMOTE_SUPPORT) for one in (Answer.COVERED, Answer.NOT_COVERED))
BULBS, BULBS_ON_VISIT = (Expected(one, T.AV_CONSUMABLES) for one in (Answer.QUOTE, Answer.LIMITED))
HERE = {"place": "on_site"}
OURS = {**HERE, "our_supply": True}
UNIT = {**OURS, "consumable": False}


def case(topic: ClauseTopic, facts: Mapping[str, Any], *answers: Expected) -> Case:
    """One answer for each package, or one for all."""
    return Case(topic, facts, answers if len(answers) > 1 else answers * 5)


# Answers of: Scheduled + On-Demand, Cloud, Scheduled, Full Managed, On-Demand.
CASES = (
    # Desk access (I9): the package's, whatever it is about; on site and for a major failure everybody may ask.
    *(
        case(T.SIMS, {"channel": channel, "sims_work": "upgrade"}, YES, NO, NO_DESK, YES, NO)
        for channel in ("email", "phone", "chat", "portal")
    ),
    case(T.SIMS, {"channel": "on_site", "sims_work": "upgrade"}, YES, NO, NO, YES, NO),
    case(T.EMERGENCY_CALLOUT, {"channel": "phone", "major_failure": True}, LIMITED, NO, LIMITED, LIMITED, LIMITED),
    case(T.EMERGENCY_CALLOUT, {"major_failure": False}, NO),
    # Remote support and visits.
    case(T.REMOTE_SUPPORT, {"in_lieu": True, "place": "remote", "about_tenant": False}, LIMITED, NO, YES, YES, LIMITED),
    case(T.REMOTE_SUPPORT, {"in_lieu": False, "place": "remote", "about_tenant": False}, LIMITED, NO, NO, YES, LIMITED),
    case(T.ON_DEMAND_VISITS, {"closed_time": False}, LIMITED, CHARGE, NO, YES, LIMITED),
    case(T.ON_DEMAND_VISITS, {"closed_time": True}, NO, CHARGE, NO, YES, NO),
    case(T.SCHEDULED_VISITS, {"closed_time": False}, LIMITED, NO, LIMITED, YES, NO),
    case(T.SCHEDULED_VISITS, {"closed_time": True}, NO, NO, NO, YES, NO),
    # Hardware (P6).
    case(T.HARDWARE, {**OURS, "hardware_work": "repair", "in_warranty": False}, LIMITED, NO, LIMITED, YES, LIMITED),
    case(T.HARDWARE, {**OURS, "hardware_work": "repair", "in_warranty": True}, YES, NO, YES, YES, YES),
    case(T.HARDWARE, {**OURS, "hardware_work": "warranty_claim", "in_warranty": True}, YES, NO, YES, YES, YES),
    case(T.HARDWARE, {**OURS, "hardware_work": "warranty_claim", "in_warranty": False}, NO, NO, NO, YES, NO),
    case(T.HARDWARE, {**OURS, "hardware_work": "part", "in_warranty": False}, LIMITED, NO, LIMITED, YES, LIMITED),
    case(
        T.HARDWARE, {**OURS, "hardware_work": "third_party_repair", "in_warranty": False},
        LIMITED, NO, LIMITED, YES, LIMITED,
    ),
    case(T.HARDWARE, {**OURS, "hardware_work": "ram_or_disk"}, YES, NO, YES, YES, YES),
    case(T.HARDWARE, {**OURS, "hardware_work": "other_upgrade"}, NO, NO, NO, YES, NO),
    case(T.HARDWARE, {**OURS, "hardware_work": "other"}, NO, NO, NO, YES, NO),
    case(T.HARDWARE, {**HERE, "our_supply": False, "hardware_work": "repair"}, THIRD, NO, THIRD, THIRD, THIRD),
    case(
        T.HARDWARE, {**HERE, "hardware_work": "project", "project_part": "goods"},
        PROJECT, NO, PROJECT, PROJECT, PROJECT,
    ),
    case(
        T.HARDWARE, {**HERE, "hardware_work": "project", "project_part": "management"},
        PROJECT, NO, PROJECT, MANAGED, PROJECT,
    ),
    case(
        T.HARDWARE, {"place": "remote", "our_supply": True, "hardware_work": "ram_or_disk", "in_lieu": True},
        YES, NO, IN_LIEU, YES, YES,
    ),
    # Internet and Wi-Fi.
    case(T.CONNECTIVITY, OURS, YES, NO, YES, YES, YES),
    case(T.CONNECTIVITY, {**HERE, "our_supply": False}, THIRD, NO, THIRD, THIRD, THIRD),
    case(T.CONNECTIVITY, {"place": "remote", "our_supply": True, "in_lieu": False}, YES, NO, NOT_IN_LIEU, YES, YES),
    # Software (P7).
    *(
        case(T.SOFTWARE, {**OURS, "software_work": work}, YES, NO, YES, YES, YES)
        for work in ("licence_check", "deployment", "configuration", "removal", "access_point_firmware")
    ),
    case(T.SOFTWARE, {**OURS, "software_work": "other"}, NO, NO, NO, YES, NO),
    case(T.SOFTWARE, {**OURS, "software_work": "tenant_access"}, LIMITED, YES, LIMITED, YES, LIMITED),
    case(T.SOFTWARE, {**HERE, "our_supply": False, "software_work": "other"}, THIRD, NO, THIRD, THIRD, THIRD),
    case(
        T.SOFTWARE, {**HERE, "software_work": "project", "project_part": "third_party_work"},
        PROJECT, PROJECT, PROJECT, PROJECT, PROJECT,
    ),
    # Microsoft 365 or Google tenant.
    *(
        case(T.CLOUD_TENANT, {"place": "remote", "in_lieu": True, "tenant_work": work}, YES, YES, IN_LIEU, YES, YES)
        for work in ("availability", "security", "users", "licence_check")
    ),
    case(T.CLOUD_TENANT, {**HERE, "tenant_work": "users"}, YES, VISIT, YES, YES, YES),
    case(T.CLOUD_TENANT, {"place": "remote", "in_lieu": True, "tenant_work": "mis_sync"},
         LIMITED, YES, IN_LIEU, YES, LIMITED),
    case(T.CLOUD_TENANT, {"place": "remote", "in_lieu": True, "tenant_work": "mis_data"},
         LIMITED, LIMITED, IN_LIEU, YES, LIMITED),
    case(T.CLOUD_TENANT, {**HERE, "tenant_work": "project", "project_part": "goods"},
         PROJECT, VISIT, PROJECT, PROJECT, PROJECT),
    # Classroom AV: displays, projectors within reach, consumables, other people's units.
    case(T.CLASSROOM_AV, {**UNIT, "av_unit": "wall_display"}, YES, NO, YES, YES, YES),
    *(
        case(
            T.CLASSROOM_AV,
            {**UNIT, "av_unit": "projector", "height_m": height, "specialist_tools": False},
            YES, NO, YES, YES, YES,
        )
        for height in ("0", "2.4", "2.5")
    ),
    *(
        case(
            T.CLASSROOM_AV,
            {**UNIT, "av_unit": "projector", "height_m": height, "specialist_tools": False},
            NO, NO, YES, NO, NO,
        )
        for height in ("2.51", "4")
    ),
    case(
        T.CLASSROOM_AV, {**UNIT, "av_unit": "projector", "height_m": "2", "specialist_tools": True},
        YES, NO, YES, YES, NO,
    ),
    case(T.CLASSROOM_AV, {**UNIT, "av_unit": "other"}, NO, NO, YES, NO, NO),
    case(T.CLASSROOM_AV, {**HERE, "consumable": True}, BULBS, NO, BULBS_ON_VISIT, BULBS, BULBS),
    case(
        T.CLASSROOM_AV, {**HERE, "consumable": False, "our_supply": False, "av_unit": "projector"},
        THIRD, NO, THIRD, THIRD, THIRD,
    ),
    case(T.AV_CONSUMABLES, {}, QUOTE, NO, LIMITED, QUOTE, QUOTE),
    # SIMS.
    case(T.SIMS, {"sims_work": "upgrade"}, YES, NO, NO, YES, NO),
    case(T.SIMS, {"sims_work": "question"}, NO),
    case(T.SIMS, {"sims_work": "data"}, NO),
    # Projects.
    case(T.PROJECTS, {"project_part": "management"}, QUOTE, QUOTE, QUOTE, YES, QUOTE),
    case(T.PROJECTS, {"project_part": "goods"}, QUOTE),
    case(T.PROJECTS, {"project_part": "third_party_work"}, QUOTE),
)  # fmt: skip


def known_facts(facts: Mapping[str, Any]) -> dict[str, Value]:
    """Facts of a case as the service takes them: numbers as decimals."""
    return {name: Decimal(str(value)) if name == "height_m" else value for name, value in facts.items()}
