from django.db import migrations

from tickets.confidential_wall import KeepConfidential


class Migration(migrations.Migration):
    dependencies = [("chat", "0002_wall"), ("tickets", "0016_confidential_wall")]

    operations = [
        KeepConfidential("Chat"),
        KeepConfidential("ChatMessage", field="chat", through=True),
    ]
