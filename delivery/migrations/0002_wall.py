from django.db import migrations

from accounts.tenancy.wall import RaiseWall
from delivery.claims import ClaimDue


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial"), ("accounts", "0002_wall")]

    operations = [
        RaiseWall("OutboundMail"),
        RaiseWall("Notification"),
        ClaimDue("OutboundMail"),
        ClaimDue("Notification"),
    ]
