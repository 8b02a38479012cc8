"""Clauses that several of Concero's packages share: the agreement's meaning in plain words to a school."""

from contracts.models import Answer, ClauseTopic
from contracts.presets.concero import conditions
from contracts.presets.data import ClausePreset

DESK_ACCESS = ClausePreset(
    ClauseTopic.DESK_ACCESS,
    Answer.COVERED,
    "You can reach our support desk by telephone, e-mail, chat and the portal.",
)

REMOTE_FAIR_USE = ClausePreset(
    ClauseTopic.REMOTE_SUPPORT,
    Answer.LIMITED,
    "Remote support from our desk is part of your package. How many sessions a school year takes is"
    " subject to our fair use policy.",
    {"fair_use": "school_year"},
)

ON_DEMAND_FAIR_USE = ClausePreset(
    ClauseTopic.ON_DEMAND_VISITS,
    Answer.LIMITED,
    "An engineer can come when you ask, in the reply and fix times of the request's level, on any working"
    " day of the 52 weeks: not in evenings, at weekends, on public holidays or in our Christmas shutdown."
    " How many visits a school year takes is subject to our fair use policy.",
    {"fair_use": "school_year", "window_weeks": 52},
    conditions=conditions.VISIT_TIMES,
)

HARDWARE_LIMITED = ClausePreset(
    ClauseTopic.HARDWARE,
    Answer.LIMITED,
    "Hardware is covered for assessing the fault and a first repair where that is possible, with"
    " reasonable endeavours; for handling warranty claims; for ordering replacement parts and repairs by"
    " others; and for upgrades of memory and disks. Other hardware work is outside your package.",
    {
        "included": [
            "assessment",
            "first_repair",
            "warranty_claims",
            "ordering_parts",
            "third_party_repairs",
        ],
        "upgrades": ["ram", "disk"],
        "endeavours": "reasonable",
    },
    conditions=conditions.HARDWARE,
)

CONNECTIVITY_COVERED = ClausePreset(
    ClauseTopic.CONNECTIVITY,
    Answer.COVERED,
    "Problems with your internet connection or Wi-Fi are covered. Where the line's supplier is the cause,"
    " we raise it with them and see it through.",
    conditions=(conditions.NOT_OURS,),
)

SOFTWARE_LIMITED = ClausePreset(
    ClauseTopic.SOFTWARE,
    Answer.LIMITED,
    "Software is covered for checking that licences are right and up to date; for installing, configuring"
    " and removing it remotely across your computers; and for looking after the firmware of wireless"
    " access points. Other software work is outside your package.",
    {
        "included": [
            "licence_checks",
            "remote_deployment",
            "configuration",
            "removal",
            "access_point_firmware",
        ]
    },
    conditions=conditions.SOFTWARE,
)

CLOUD_TENANT_AS_SOFTWARE = ClausePreset(
    ClauseTopic.CLOUD_TENANT,
    Answer.LIMITED,
    "Your Microsoft 365 or Google tenant is covered as your other software is: for licence checks and for"
    " remote configuration, including its users and groups.",
    {"as": "software"},
    conditions=conditions.CLOUD_TENANT_AS_SOFTWARE,
)

AV_WITHIN_REACH = ClausePreset(
    ClauseTopic.CLASSROOM_AV,
    Answer.LIMITED,
    "Classroom AV is covered for wall-mounted displays and for projectors within easy reach: up to 2.5"
    " metres above the floor. Equipment higher than that is outside your package.",
    {"max_height_m": 2.5, "units": ["wall_mounted_display", "projector"]},
    conditions=conditions.AV_WITHIN_REACH,
)

AV_CONSUMABLES_BY_QUOTE = ClausePreset(
    ClauseTopic.AV_CONSUMABLES,
    Answer.QUOTE,
    "Consumables such as filters, cables and bulbs are not part of your package. We will ask your customer"
    " success manager to send you a quote.",
    {"quote_by": "success_manager"},
)

OTHER_SUPPLIER = ClausePreset(
    ClauseTopic.OTHER_SUPPLIER,
    Answer.THIRD_PARTY,
    "For something that we did not provide, our support may be limited to raising the problem with its"
    " supplier and managing it until it is solved. We cannot promise their reply or repair times.",
)

AV_INSPECTION = ClausePreset(
    ClauseTopic.AV_INSPECTION,
    Answer.COVERED,
    "We inspect your classroom AV for damage, picture and touch alignment, sound, and tidy and safe"
    " cables, and give you a condition report for each unit.",
    {"report_per_unit": True},
)

NO_AV_INSPECTION = ClausePreset(
    ClauseTopic.AV_INSPECTION,
    Answer.NOT_COVERED,
    "The regular inspection of classroom AV with a condition report is not part of your package.",
)

SERVER_MAINTENANCE = ClausePreset(
    ClauseTopic.SERVER_MAINTENANCE,
    Answer.COVERED,
    "Essential maintenance of your on-site servers is included: backups on and off site, antivirus and"
    " firewall, drive space and health, Windows updates, a yearly audit and inventory, and driver and"
    " firmware updates as needed.",
)

NO_SERVER_MAINTENANCE = ClausePreset(
    ClauseTopic.SERVER_MAINTENANCE,
    Answer.NOT_COVERED,
    "Planned maintenance of on-site servers is not part of your package.",
)

SIMS_PATCHES = ClausePreset(
    ClauseTopic.SIMS,
    Answer.LIMITED,
    "For SIMS we install point upgrades and patches. Day-to-day questions and problems, and maintenance of"
    " its database or data, are not part of your package.",
    {"included": ["point_upgrades", "patches"], "excluded": ["questions", "database", "data"]},
    conditions=conditions.SIMS,
)

NO_SIMS = ClausePreset(
    ClauseTopic.SIMS,
    Answer.NOT_COVERED,
    "SIMS upgrades and patches are not part of your package.",
)

PROJECT_BY_QUOTE = ClausePreset(
    ClauseTopic.PROJECTS,
    Answer.QUOTE,
    "Work that goes beyond keeping your systems running is a project. Your customer success manager will"
    " send you a quote.",
    {"quote_by": "success_manager"},
)

NO_OPTIONS = ClausePreset(
    ClauseTopic.OPTIONS,
    Answer.NOT_COVERED,
    "Your package has no optional extras. Your customer success manager can tell you what other packages"
    " offer.",
)

CALLOUT_TERMS = (
    "An engineer comes for a major failure, one of level Urgent or High, for example when the internet,"
    " the Wi-Fi or a server is down. We come in working hours only, the reply time starts when our"
    " engineer arrives, and we cannot promise a fix or the times of another supplier whose system turns"
    " out to be the cause."
)


def callout(uses: str, words: str) -> ClausePreset:
    """The emergency callout; `uses` names the kind of visit that it uses up (Rule P4), empty where none."""
    return ClausePreset(
        ClauseTopic.EMERGENCY_CALLOUT,
        Answer.LIMITED,
        f"{CALLOUT_TERMS} {words}".rstrip(),
        {"levels": ["urgent", "high"], "uses_visit": uses, "desk_hours_only": True},
        conditions.CALLOUT,
    )


CALLOUT_USES_SCHEDULED_VISIT = callout("scheduled", "A callout uses up one of your scheduled visits.")
CALLOUT_USES_ON_DEMAND_VISIT = callout("on_demand", "A callout counts as one of your on-demand visits.")
CALLOUT_INCLUDED = callout("", "")
