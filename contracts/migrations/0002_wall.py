from django.db import migrations

from accounts.tenancy.wall import RaiseWall


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial"), ("accounts", "0002_wall")]

    operations = [
        RaiseWall("AgreementVersion", portal_reads="true"),
        RaiseWall("Package", portal_reads="true"),
        RaiseWall("VisitSlot", portal_reads="true"),
        RaiseWall("PackageClause", portal_reads="true"),
        RaiseWall("Contract"),
    ]
