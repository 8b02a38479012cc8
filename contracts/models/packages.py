"""The support packages of an agreement's edition, as rows that an administrator can read and extend (rules, part P)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.tenancy.models import ProviderOwned


class AgreementVersion(ProviderOwned):
    """One edition of the service level agreement, e.g. v3.2. Contracts keep the one they were signed under."""

    label = models.CharField(_("edition"), max_length=40)
    published_on = models.DateField(_("published"))
    comments = models.CharField(_("comments"), max_length=240, blank=True)
    target_set = models.ForeignKey("sla.TargetSet", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-published_on"]
        constraints = [models.UniqueConstraint(fields=["provider", "label"], name="agreement_label_once")]

    def __str__(self) -> str:
        return self.label


class VisitWindow(models.TextChoices):
    """Within what time purchased visits are delivered."""

    NONE = "", _("No scheduled visits")
    WEEKS_52 = "52", _("Within 52 weeks")
    WEEKS_46 = "46", _("Within 46 weeks")
    FULL_TIME = "full_time", _("Full-time engineer on site")


class EmergencyCallout(models.TextChoices):
    """Which visit an emergency callout uses up (Rule P4)."""

    NO = "", _("Not included")
    SCHEDULED_VISIT = "scheduled", _("Uses up one scheduled visit")
    ON_DEMAND_VISIT = "on_demand", _("Counts as one on-demand visit")
    INCLUDED = "included", _("Included")


class Package(ProviderOwned):
    """One of the packages of an edition. What it covers and how far stands in its clauses."""

    version = models.ForeignKey(AgreementVersion, on_delete=models.CASCADE, related_name="packages")
    key = models.SlugField(_("key"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    summary = models.TextField(_("in short"))
    position = models.PositiveSmallIntegerField(default=0)
    has_desk_access = models.BooleanField(_("may use telephone, e-mail, chat and portal"))
    clock_runs_in_visits = models.BooleanField(
        _("response is measured in on-site engineer time"), default=False
    )
    visit_window = models.CharField(_("scheduled visits"), max_length=10, choices=VisitWindow, blank=True)
    typical_visits = models.CharField(_("typical visits a year"), max_length=40, blank=True)
    has_on_demand_visits = models.BooleanField(_("on-demand visits"), default=False)
    emergency_callout = models.CharField(
        _("emergency callout"), max_length=10, choices=EmergencyCallout, blank=True
    )

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="package_once_per_edition")]

    def __str__(self) -> str:
        return self.name


class VisitSlot(ProviderOwned):
    """A time of day at which a visit can take place; each counts as one visit, whatever its length."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="slots")
    name = models.CharField(_("name"), max_length=40)
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(_("ends"))

    class Meta:
        ordering = ["starts"]
        constraints = [models.UniqueConstraint(fields=["package", "name"], name="slot_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.starts:%H:%M}-{self.ends:%H:%M}"


class ClauseTopic(models.TextChoices):
    DESK_ACCESS = "desk_access", _("Desk access")
    REMOTE_SUPPORT = "remote_support", _("Remote support")
    SCHEDULED_VISITS = "scheduled_visits", _("Scheduled visits")
    ON_DEMAND_VISITS = "on_demand_visits", _("On-demand visits")
    HARDWARE = "hardware", _("Hardware")
    CONNECTIVITY = "connectivity", _("Internet and Wi-Fi")
    SOFTWARE = "software", _("Software")
    CLOUD_TENANT = "cloud_tenant", _("Microsoft 365 or Google tenant")
    CLASSROOM_AV = "classroom_av", _("Classroom AV")
    AV_CONSUMABLES = "av_consumables", _("Classroom AV consumables")
    OTHER_SUPPLIER = "other_supplier", _("Items not provided by us")
    AV_INSPECTION = "av_inspection", _("Classroom AV inspection")
    SERVER_MAINTENANCE = "server_maintenance", _("Essential server maintenance")
    SIMS = "sims", _("SIMS")
    EMERGENCY_CALLOUT = "emergency_callout", _("Emergency callout")
    PROJECTS = "projects", _("Project work")
    OPTIONS = "options", _("Options at extra cost")


class Answer(models.TextChoices):
    """The answers to 'is this covered?' (Rule P1)."""

    COVERED = "covered", _("Covered")
    LIMITED = "limited", _("Covered with limits")
    THIRD_PARTY = "third_party", _("Third party: we escalate and manage it to completion")
    CHARGEABLE = "chargeable", _("Chargeable")
    QUOTE = "quote", _("Quote needed")
    NOT_COVERED = "not_covered", _("Not covered")
    NO_DESK_ACCESS = "no_desk_access", _("Desk access not included")


class PackageClause(ProviderOwned):
    """What a package says about one topic, in words that can be sent to the customer."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="clauses")
    topic = models.CharField(_("topic"), max_length=24, choices=ClauseTopic)
    answer = models.CharField(_("answer"), max_length=16, choices=Answer)
    wording = models.TextField(_("wording"))
    limits = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["package", "topic"], name="clause_once_per_topic")]

    def __str__(self) -> str:
        return f"{self.package}: {self.get_topic_display()}"


class ClauseCondition(ProviderOwned):
    """A case that a clause decides differently: of those whose facts all hold, the first answers (Rule P1).

    `facts` is a list of `{"fact": …, "operator": …, "value": …}` in the vocabulary of `contracts.coverage.facts`.
    Either the condition has its own answer and wording, or the clause of the topic that it `refers_to` decides.
    """

    clause = models.ForeignKey(PackageClause, on_delete=models.CASCADE, related_name="conditions")
    position = models.PositiveSmallIntegerField(_("order"))
    facts = models.JSONField(_("facts"))
    refers_to = models.CharField(_("decided by"), max_length=24, choices=ClauseTopic, blank=True, default="")
    answer = models.CharField(_("answer"), max_length=16, choices=Answer, blank=True, default="")
    wording = models.TextField(_("wording"), blank=True, default="")

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["clause", "position"], name="condition_order"),
            models.CheckConstraint(
                condition=models.Q(~models.Q(answer=""), ~models.Q(wording=""), refers_to="")
                | models.Q(~models.Q(refers_to=""), answer="", wording=""),
                name="condition_answers_or_refers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clause}, {self.position}"
