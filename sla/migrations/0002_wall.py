from django.db import migrations

from accounts.tenancy.wall import RaiseWall
from delivery.claims import ClaimDue


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial"), ("accounts", "0002_wall")]

    operations = [
        RaiseWall("BusinessCalendar", portal_reads="true"),
        RaiseWall("OpeningWindow", portal_reads="true"),
        RaiseWall("PublicHoliday", portal_reads="true"),
        RaiseWall("Closure", portal_reads="customer_id IS NULL"),
        # A ticket logged in the portal may be the first to pin today's calendar.
        RaiseWall("CalendarVersion", portal_reads="true", portal_writes="true", append_only=True),
        RaiseWall("ServiceLevel", portal_reads="true"),
        RaiseWall("TargetSet", portal_reads="true"),
        RaiseWall("ServiceTarget", portal_reads="true"),
        RaiseWall("Clock"),
        RaiseWall("ClockPause"),
        RaiseWall("ClockEvent", append_only=True),
        ClaimDue("Clock"),
    ]
