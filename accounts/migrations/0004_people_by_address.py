from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_password_rules")]

    operations = [
        migrations.RemoveConstraint("person", "person_email_once"),
        migrations.RunSQL(
            "UPDATE accounts_person SET email = lower(email) WHERE email <> lower(email)",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            "person", models.UniqueConstraint(fields=["provider", "email"], name="person_email_once")
        ),
        migrations.AddConstraint(
            "person",
            models.CheckConstraint(
                condition=models.Q(("email", Lower("email"))), name="person_email_lower_case"
            ),
        ),
    ]
