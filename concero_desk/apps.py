from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class ConceroDeskConfig(AppConfig):
    """The wiring of the installation: pages outside any app, and the shells and tags that all share."""

    name = "concero_desk"
    verbose_name = "Concero Desk"

    def ready(self) -> None:
        """Make the queue known, so that every process can send hints."""
        from concero_desk import celery  # noqa: F401


class DeskFilesConfig(StaticFilesConfig):
    """Django's static files, without those that no page of ours uses.

    htmx's extensions name files in their comments that are not there: production, which follows every name to give it
    the file's hash, could not be prepared.
    """

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "django_htmx/ext/*"]
