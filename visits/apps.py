from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitsConfig(AppConfig):
    name = "visits"
    verbose_name = _("Visits")

    def ready(self) -> None:
        from contracts.copies import on_package_copied
        from contracts.ending import on_contract_shortened
        from delivery.due import DueQueue, register_due
        from sla.closing import on_closure
        from visits import (  # noqa: F401 - registers panels, kinds of mail and menu entries
            contract_panels,
            mail_kinds,
            menus,
            navigation,
            settings_items,
        )
        from visits.changes import on_visits_change
        from visits.closures import closure_hits, contract_end_hits
        from visits.models import VisitPlan
        from visits.services.plan_work import plan_turn
        from visits.services.planning import QUEUE
        from visits.services.rules import allowance_rules_copy
        from visits.services.visit_hours import visit_hours_follow

        # One a batch: a slice takes seconds, and its progress is to be seen.
        register_due(DueQueue(QUEUE, VisitPlan, plan_turn, batch=1))
        on_package_copied(allowance_rules_copy)
        on_visits_change(visit_hours_follow)
        on_closure(closure_hits)
        on_contract_shortened(contract_end_hits)
