import django.contrib.postgres.fields
from django.db import migrations, models

import accounts.models.organisations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_person_of_scope")]

    operations = [
        migrations.AddField(
            model_name="provider",
            name="identity_methods",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=12),
                blank=True,
                default=accounts.models.organisations.every_identity_method,
                size=None,
            ),
        ),
    ]
