from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        from accounts.senders import own_addresses_register
        from delivery.due import DueQueue, register_due
        from quotes.changes import on_quote_step
        from quotes.origins import quote_origin_add
        from sla.steps import on_clock_change, on_clock_step

        # Registers menu entries, panels, tags and kinds of mail.
        from tickets import (  # noqa: F401
            attention,
            follower_mail_kinds,
            mail_kinds,
            navigation,
            panels,
            school_changes,
            settings_items,
            third_party,
            visiting,
        )
        from tickets.changes import on_ticket_events
        from tickets.intake import deciding, imap
        from tickets.intake.mailboxes import addresses_in_use
        from tickets.models import CallBack, Draft, Referral, RequestApproval, TicketRequest, TicketTimer
        from tickets.services.approvals import approval_remind
        from tickets.services.call_backs import call_back_remind
        from tickets.services.callouts import callout_stepped, callouts_follow
        from tickets.services.chasing import referral_remind
        from tickets.services.drafts import draft_expire
        from tickets.services.quotes import quote_stepped, ticket_of_quote
        from tickets.services.requests import needed_by_remind
        from tickets.services.timers import timer_ring, timers_follow
        from tickets.services.visits import visit_told
        from tickets.steps import clock_stepped, deadlines_moved
        from visits.changes import on_visit_event, on_visit_step, on_visits_change

        own_addresses_register(addresses_in_use)
        register_due(DueQueue("call_backs", CallBack, call_back_remind))
        register_due(DueQueue("approvals", RequestApproval, approval_remind))
        register_due(DueQueue("needed_by", TicketRequest, needed_by_remind))
        register_due(DueQueue("referrals", Referral, referral_remind))
        register_due(DueQueue("drafts", Draft, draft_expire))
        register_due(DueQueue("timers", TicketTimer, timer_ring))
        register_due(imap.QUEUE)
        register_due(deciding.QUEUE)
        on_ticket_events(timers_follow)
        on_clock_step(clock_stepped)
        on_clock_change(deadlines_moved)
        on_quote_step(quote_stepped)
        quote_origin_add(ticket_of_quote)
        on_visits_change(callouts_follow)
        on_visit_step(callout_stepped)
        on_visit_event(visit_told)
