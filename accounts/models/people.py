"""People as one provider knows them: its staff, and the staff of its customers (Rule T3)."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.fields import NumberKeysField
from accounts.telephone import LONGEST
from accounts.tenancy.models import CustomerOwned, ProviderOwned


class StaffRole(models.TextChoices):
    TECHNICIAN_1 = "technician_1", _("Technician, level 1")
    TECHNICIAN_2 = "technician_2", _("Technician, level 2")
    TECHNICAL_LEAD = "technical_lead", _("Technical lead")
    SUCCESS_MANAGER = "success_manager", _("Customer success manager")
    SENIOR_MANAGEMENT = "senior_management", _("Senior management")
    ADMINISTRATOR = "administrator", _("Administrator")


class CustomerRole(models.TextChoices):
    REQUESTER = "requester", _("Requester")
    RELATIONSHIP_OWNER = "relationship_owner", _("Relationship owner")
    BUSINESS_MANAGER = "business_manager", _("Business manager")
    IT_LEAD = "it_lead", _("IT lead")
    FINANCE_CONTACT = "finance_contact", _("Finance contact")


class Person(ProviderOwned):
    """A human being inside one provider. `user` is set once they can sign in."""

    user = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="people"
    )
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("telephone"), max_length=LONGEST, blank=True)
    phone_keys = NumberKeysField(of="phone")
    is_staff = models.BooleanField(_("works for the provider"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    unreached_at = models.DateTimeField(_("mail came back"), null=True, blank=True)
    unreached_why = models.CharField(
        max_length=300, blank=True
    )  # in the words of the server that sent it back

    class Meta:
        ordering = ["name"]
        constraints = [
            # Plain equality finds a sender: behind the wall an index over lower(email) is never used.
            models.UniqueConstraint(fields=["provider", "email"], name="person_email_once"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="person_email_lower_case"),
            models.UniqueConstraint(fields=["provider", "user"], name="person_user_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def first_name(self) -> str:
        return self.name.split(" ", 1)[0]


class StaffMembership(ProviderOwned):
    """One role of one person of the provider's staff. A person may hold several."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="staff_memberships")
    role = models.CharField(_("role"), max_length=20, choices=StaffRole)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "role"], name="staff_role_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"


class CustomerMembership(CustomerOwned):
    """One role of one person at one customer; a person of a trust may belong to several (Rule T2)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="customer_memberships")
    role = models.CharField(_("role"), max_length=20, choices=CustomerRole, default=CustomerRole.REQUESTER)
    is_nominated = models.BooleanField(_("nominated by the customer"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "person", "role"], name="customer_role_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"


class Team(ProviderOwned):
    """A group of technicians with a technical lead, who is told before one of its clocks is missed (Rule S11)."""

    name = models.CharField(_("name"), max_length=80)
    lead = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("technical lead"),
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["provider", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class TeamMember(ProviderOwned):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="team_memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "person"], name="team_member_once")]

    def __str__(self) -> str:
        return f"{self.person} in {self.team}"
