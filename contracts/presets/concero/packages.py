"""The five packages of Concero's agreement. Every package answers every topic, also those it leaves out."""

from dataclasses import replace
from datetime import time

from contracts.models import Answer, ClauseTopic, EmergencyCallout, VisitWindow
from contracts.presets.concero import clauses, conditions
from contracts.presets.data import ClausePreset, PackagePreset, SlotPreset

SCHEDULED_AND_ON_DEMAND = PackagePreset(
    key="scheduled-on-demand",
    name="Scheduled + On-Demand",
    summary=(
        "Remote support, regular visits by our technicians and visits when you need one, with SIMS upgrades."
    ),
    visit_window=VisitWindow.WEEKS_52,
    typical_visits="As purchased",
    slots=(
        SlotPreset("AM", time(8, 30), time(10, 30)),
        SlotPreset("Lunch", time(11), time(13)),
        SlotPreset("PM", time(14, 30), time(16)),
    ),
    has_on_demand_visits=True,
    emergency_callout=EmergencyCallout.SCHEDULED_VISIT,
    clauses=(
        clauses.DESK_ACCESS,
        clauses.REMOTE_FAIR_USE,
        ClausePreset(
            ClauseTopic.SCHEDULED_VISITS,
            Answer.LIMITED,
            "Your agreement has a number of scheduled visits, each in a morning, lunch or afternoon slot,"
            " which we deliver within 52 weeks. A visit that we miss is rescheduled inside that time; one"
            " that cannot happen for reasons outside our control becomes the same amount of remote"
            " support.",
            {"window_weeks": 52, "number": "as_purchased"},
            conditions.VISIT_TIMES,
        ),
        clauses.ON_DEMAND_FAIR_USE,
        clauses.HARDWARE_LIMITED,
        clauses.CONNECTIVITY_COVERED,
        clauses.SOFTWARE_LIMITED,
        clauses.CLOUD_TENANT_AS_SOFTWARE,
        clauses.AV_WITHIN_REACH,
        clauses.AV_CONSUMABLES_BY_QUOTE,
        clauses.OTHER_SUPPLIER,
        clauses.AV_INSPECTION,
        clauses.SERVER_MAINTENANCE,
        clauses.SIMS_PATCHES,
        clauses.CALLOUT_USES_SCHEDULED_VISIT,
        clauses.PROJECT_BY_QUOTE,
        clauses.NO_OPTIONS,
    ),
)

CLOUD = PackagePreset(
    key="cloud",
    name="Cloud Support",
    summary="Remote care of your Microsoft 365 or Google tenant, without an engineer on site.",
    clauses=(
        clauses.DESK_ACCESS,
        replace(
            clauses.REMOTE_FAIR_USE,
            wording="Remote support for your Microsoft 365 or Google tenant is part of your package. How"
            " many sessions a school year takes is subject to our fair use policy.",
            limits={"fair_use": "school_year", "only": "cloud_tenant"},
            conditions=conditions.CLOUD_REMOTE,
        ),
        ClausePreset(
            ClauseTopic.SCHEDULED_VISITS,
            Answer.NOT_COVERED,
            "Your package has no scheduled visits. We can arrange a visit, which would be charged.",
        ),
        ClausePreset(
            ClauseTopic.ON_DEMAND_VISITS,
            Answer.CHARGEABLE,
            "On-site support is not part of your package. We can arrange a visit, which would be charged.",
        ),
        ClausePreset(
            ClauseTopic.HARDWARE,
            Answer.NOT_COVERED,
            "Hardware is not part of your package, which covers your Microsoft 365 or Google tenant.",
        ),
        ClausePreset(
            ClauseTopic.CONNECTIVITY,
            Answer.NOT_COVERED,
            "Internet access and Wi-Fi are not part of your package, which covers your Microsoft 365 or"
            " Google tenant.",
        ),
        ClausePreset(
            ClauseTopic.SOFTWARE,
            Answer.LIMITED,
            "For the software that comes with your Microsoft 365 or Google tenant we make sure that you"
            " can reach it. Other software is not part of your package.",
            {"included": ["cloud_tenant_access"]},
            conditions.CLOUD_SOFTWARE,
        ),
        ClausePreset(
            ClauseTopic.CLOUD_TENANT,
            Answer.COVERED,
            "Your Microsoft 365 or Google tenant is covered: that it is available, its security and"
            " privacy configuration against the DfE's digital platform standards, its users and groups in"
            " line with your MIS, and the yearly synchronisation with the MIS. Corrections of the MIS data"
            " itself stay with you; we tell you what to correct.",
            {"standard": "dfe_digital_platform", "mis_sync": "yearly"},
            conditions.CLOUD_TENANT,
        ),
        ClausePreset(
            ClauseTopic.CLASSROOM_AV,
            Answer.NOT_COVERED,
            "Classroom AV is not part of your package, which covers your Microsoft 365 or Google tenant.",
        ),
        ClausePreset(
            ClauseTopic.AV_CONSUMABLES,
            Answer.NOT_COVERED,
            "Filters, cables, bulbs and other consumables of classroom AV are not part of your package.",
        ),
        ClausePreset(
            ClauseTopic.OTHER_SUPPLIER,
            Answer.NOT_COVERED,
            "Items of other suppliers are not part of your package, which covers your Microsoft 365 or"
            " Google tenant.",
        ),
        clauses.NO_AV_INSPECTION,
        clauses.NO_SERVER_MAINTENANCE,
        clauses.NO_SIMS,
        ClausePreset(
            ClauseTopic.EMERGENCY_CALLOUT,
            Answer.NOT_COVERED,
            "An emergency visit is not part of your package. We can arrange a visit, which would be charged.",
        ),
        replace(
            clauses.PROJECT_BY_QUOTE,
            wording="Work that goes beyond keeping your platform running, such as building a SharePoint or"
            " web site, is a project. Your customer success manager will send you a quote.",
        ),
        ClausePreset(
            ClauseTopic.OPTIONS,
            Answer.CHARGEABLE,
            "A visit on site can be arranged at extra cost.",
            {"options": ["on_site_visits"]},
        ),
    ),
)


def _on_site(clause: ClausePreset) -> ClausePreset:
    """A clause of Scheduled Support: work from the desk is decided by what it says about remote support."""
    return replace(clause, conditions=(conditions.FROM_THE_DESK, *clause.conditions))


SCHEDULED = PackagePreset(
    key="scheduled",
    name="Scheduled Support",
    summary=(
        "A technician on site every week or fortnight in term time; issues are raised with them on the day."
    ),
    has_desk_access=False,
    clock_runs_in_visits=True,
    visit_window=VisitWindow.WEEKS_46,
    typical_visits="46 (weekly) or 23 (fortnightly)",
    slots=(SlotPreset("AM", time(8, 30), time(11, 30)), SlotPreset("PM", time(12, 30), time(15, 30))),
    emergency_callout=EmergencyCallout.SCHEDULED_VISIT,
    clauses=(
        ClausePreset(
            ClauseTopic.DESK_ACCESS,
            Answer.NO_DESK_ACCESS,
            "Your package does not include our support desk by telephone, e-mail, chat or portal. Please"
            " raise this with the technician at your next visit; we have noted it for them. For a major"
            " failure you can ask for an emergency callout at any time in working hours.",
            {"raise_with": "technician_on_site"},
        ),
        ClausePreset(
            ClauseTopic.REMOTE_SUPPORT,
            Answer.LIMITED,
            "Remote support is part of your package only in place of a visit that could not happen for"
            " reasons outside our control, and then for the same amount of time.",
            {"only": "in_lieu_of_a_visit"},
            conditions.SCHEDULED_REMOTE,
        ),
        ClausePreset(
            ClauseTopic.SCHEDULED_VISITS,
            Answer.LIMITED,
            "A technician visits weekly or fortnightly in term time, in a morning or afternoon slot, and"
            " all visits you have bought are delivered within 46 weeks. We try to keep a regular day but"
            " cannot promise one. A visit that we miss is rescheduled inside that time.",
            {"window_weeks": 46, "typical_visits": [46, 23], "number": "as_purchased"},
            conditions.VISIT_TIMES,
        ),
        ClausePreset(
            ClauseTopic.ON_DEMAND_VISITS,
            Answer.NOT_COVERED,
            "Visits outside your schedule are not part of your package. For a major failure there is the"
            " emergency callout.",
        ),
        _on_site(clauses.HARDWARE_LIMITED),
        _on_site(clauses.CONNECTIVITY_COVERED),
        _on_site(clauses.SOFTWARE_LIMITED),
        _on_site(clauses.CLOUD_TENANT_AS_SOFTWARE),
        ClausePreset(
            ClauseTopic.CLASSROOM_AV,
            Answer.COVERED,
            "Classroom AV is covered; the technician looks at it during a visit.",
            conditions=conditions.SCHEDULED_AV,
        ),
        ClausePreset(
            ClauseTopic.AV_CONSUMABLES,
            Answer.LIMITED,
            "The technician fits filters, cables and bulbs during a visit. We order what is needed; your"
            " customer success manager confirms the price of the goods before we do.",
            {"goods_confirmed_by": "success_manager"},
        ),
        clauses.OTHER_SUPPLIER,
        clauses.NO_AV_INSPECTION,
        clauses.NO_SERVER_MAINTENANCE,
        clauses.NO_SIMS,
        clauses.CALLOUT_USES_SCHEDULED_VISIT,
        clauses.PROJECT_BY_QUOTE,
        clauses.NO_OPTIONS,
    ),
)

FULL_MANAGED = PackagePreset(
    key="full-managed",
    name="Full Managed Service",
    summary=(
        "Full-time engineers on site, the desk, server and classroom maintenance, SIMS upgrades and"
        " project management."
    ),
    visit_window=VisitWindow.FULL_TIME,
    typical_visits="Every working day",
    emergency_callout=EmergencyCallout.INCLUDED,
    clauses=(
        clauses.DESK_ACCESS,
        ClausePreset(
            ClauseTopic.REMOTE_SUPPORT,
            Answer.COVERED,
            "Remote support from our desk is part of your package.",
        ),
        ClausePreset(
            ClauseTopic.SCHEDULED_VISITS,
            Answer.COVERED,
            "You have an engineer on site full time, managed by us. Time on site that cannot happen for"
            " reasons outside our control becomes the same amount of remote support.",
            {"full_time": True},
        ),
        ClausePreset(
            ClauseTopic.ON_DEMAND_VISITS,
            Answer.COVERED,
            "Your engineer is on site full time, so no separate visit is needed.",
            {"full_time": True},
        ),
        ClausePreset(
            ClauseTopic.HARDWARE,
            Answer.COVERED,
            "Hardware is covered.",
            conditions=(conditions.HARDWARE_PROJECT, conditions.NOT_OURS),
        ),
        clauses.CONNECTIVITY_COVERED,
        ClausePreset(
            ClauseTopic.SOFTWARE,
            Answer.COVERED,
            "Software is covered.",
            conditions=(conditions.SOFTWARE_PROJECT, conditions.NOT_OURS),
        ),
        ClausePreset(
            ClauseTopic.CLOUD_TENANT,
            Answer.COVERED,
            "Your Microsoft 365 or Google tenant is covered as your other software is.",
            {"as": "software"},
            (conditions.TENANT_PROJECT,),
        ),
        clauses.AV_WITHIN_REACH,
        clauses.AV_CONSUMABLES_BY_QUOTE,
        clauses.OTHER_SUPPLIER,
        clauses.AV_INSPECTION,
        clauses.SERVER_MAINTENANCE,
        clauses.SIMS_PATCHES,
        clauses.CALLOUT_INCLUDED,
        ClausePreset(
            ClauseTopic.PROJECTS,
            Answer.LIMITED,
            "Managing projects is part of your package. For goods and for work by other companies your"
            " customer success manager will send you a quote.",
            {"included": ["project_management"], "by_quote": ["goods", "third_party_work"]},
            conditions.FULL_MANAGED_PROJECTS,
        ),
        ClausePreset(
            ClauseTopic.OPTIONS,
            Answer.CHARGEABLE,
            "Cover while your engineer is on holiday or ill, and a managed apprentice, are available at"
            " extra cost.",
            {"options": ["holiday_and_sickness_cover", "managed_apprentice"]},
        ),
    ),
)

ON_DEMAND = PackagePreset(
    key="on-demand",
    name="On-Demand Support",
    summary="Telephone and remote support with visits when you need one.",
    has_on_demand_visits=True,
    emergency_callout=EmergencyCallout.ON_DEMAND_VISIT,
    clauses=(
        clauses.DESK_ACCESS,
        clauses.REMOTE_FAIR_USE,
        ClausePreset(
            ClauseTopic.SCHEDULED_VISITS,
            Answer.NOT_COVERED,
            "Your package has no scheduled visits: an engineer comes when you ask for one.",
        ),
        clauses.ON_DEMAND_FAIR_USE,
        clauses.HARDWARE_LIMITED,
        clauses.CONNECTIVITY_COVERED,
        clauses.SOFTWARE_LIMITED,
        clauses.CLOUD_TENANT_AS_SOFTWARE,
        ClausePreset(
            ClauseTopic.CLASSROOM_AV,
            Answer.LIMITED,
            "Classroom AV is covered for wall-mounted displays and for projectors within easy reach: up to"
            " 2.5 metres above the floor and without specialist tools or equipment. Anything else is"
            " outside your package.",
            {"max_height_m": 2.5, "specialist_tools": False, "units": ["wall_mounted_display", "projector"]},
            conditions.AV_WITHOUT_SPECIALIST_TOOLS,
        ),
        clauses.AV_CONSUMABLES_BY_QUOTE,
        clauses.OTHER_SUPPLIER,
        clauses.AV_INSPECTION,
        clauses.SERVER_MAINTENANCE,
        clauses.NO_SIMS,
        clauses.CALLOUT_USES_ON_DEMAND_VISIT,
        clauses.PROJECT_BY_QUOTE,
        clauses.NO_OPTIONS,
    ),
)

PACKAGES = (SCHEDULED_AND_ON_DEMAND, CLOUD, SCHEDULED, FULL_MANAGED, ON_DEMAND)
