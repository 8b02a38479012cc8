from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "delivery"

    def ready(self) -> None:
        from accounts.mailing import mailer_register
        from delivery import notices, outbox, settings_items  # noqa: F401 - registers the menu entries
        from delivery.due import register_due
        from delivery.services import sign_in_mail_enqueue

        mailer_register(sign_in_mail_enqueue)

        register_due(notices.QUEUE)
        register_due(outbox.QUEUE)
