"""Rows with a due time. The database holds what must happen; brokers only hint at it (Rule S14)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DueRow(models.Model):
    """A row that the sweeper wakes. Its migration adds `ClaimDue`, its app registers a `DueQueue`."""

    wake_at = models.DateTimeField(_("next look"), null=True, blank=True)  # null: nothing is due, ever
    failures = models.PositiveSmallIntegerField(default=0)
    last_failure = models.CharField(max_length=300, blank=True)  # kind of error and ids, never contents
    dead_at = models.DateTimeField(_("given up"), null=True, blank=True)

    class Meta:
        abstract = True
