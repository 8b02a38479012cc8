from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = _("Reviews")

    def ready(self) -> None:
        from delivery.due import DueQueue, register_due
        from reviews import mail_kinds, menus  # noqa: F401 - registers mail, menu entry, tag, panel
        from reviews.models import ReviewRound
        from reviews.services.looking import reviews_look, rounds_begin
        from tickets.changes import on_ticket_events

        on_ticket_events(rounds_begin)
        register_due(DueQueue("reviews", ReviewRound, reviews_look))
