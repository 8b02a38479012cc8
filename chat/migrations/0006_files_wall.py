from django.db import migrations

from accounts.tenancy.wall import RaiseWall
from tickets.confidential_wall import KeepConfidential


class Migration(migrations.Migration):
    dependencies = [("chat", "0005_files"), ("tickets", "0016_confidential_wall")]

    operations = [
        RaiseWall("ChatFile", append_only=True),
        KeepConfidential("ChatFile", field="message", through=True),
    ]
