from django.db import migrations

from accounts.tenancy.wall import RaiseWall
from delivery.claims import ClaimDue


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0001_initial")]

    operations = [
        RaiseWall("Import"),
        RaiseWall("ImportFile"),
        RaiseWall("ImportRow"),
        ClaimDue("Import"),
    ]
