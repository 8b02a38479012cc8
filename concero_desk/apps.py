from django.apps import AppConfig


class ConceroDeskConfig(AppConfig):
    """The wiring of the installation: pages outside any app, and the shells and tags that all share."""

    name = "concero_desk"
    verbose_name = "Concero Desk"

    def ready(self) -> None:
        """Make the queue known, so that every process can send hints."""
        from concero_desk import celery  # noqa: F401
