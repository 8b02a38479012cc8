from django.db import migrations

from accounts.tenancy.wall import RaiseWall


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial"), ("contracts", "0003_variations")]

    operations = [
        RaiseWall("SchoolTerm"),
        RaiseWall("EngineerHours"),
        RaiseWall("EngineerAbsence"),
        RaiseWall("Visit"),
        RaiseWall("VisitEvent", append_only=True),
        RaiseWall("AllowanceRule", portal_reads="true"),
        RaiseWall("FairUseAgreement"),
        RaiseWall("RemoteSession"),
        RaiseWall("AllowanceEntry", append_only=True),
        RaiseWall("AllowanceWarning"),
    ]
