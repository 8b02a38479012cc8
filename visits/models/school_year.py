"""When a school teaches: its terms, as local days (rules P2, M3)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import CustomerOwned


class SchoolTerm(CustomerOwned):
    """An unbroken stretch of teaching, e.g. the first half of the autumn term. What lies between two is a holiday."""

    name = models.CharField(_("name"), max_length=80)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="term_forwards"),
            ExclusionConstraint(
                name="term_one_at_a_time",
                expressions=[
                    ("customer", RangeOperators.EQUAL),
                    (
                        Func(F("first_day"), F("last_day"), Value("[]"), function="DATERANGE"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name
