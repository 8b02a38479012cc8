from django.db import migrations

from accounts.tenancy.wall import RaiseWall


class Migration(migrations.Migration):
    """A digest is nobody's in particular, while each thing in it is some school's: the link compares providers alone."""

    dependencies = [("delivery", "0003_outcomes_per_recipient")]

    operations = [RaiseWall("Notification", by_provider=("mail",))]
