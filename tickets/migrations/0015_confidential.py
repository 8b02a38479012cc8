import django.db.models.deletion
from django.db import migrations, models

import accounts.tenancy.scope

PERSON = "accounts.person"


def _key() -> tuple[str, models.Field]:
    return (
        "id",
        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
    )


def _provider() -> tuple[str, models.Field]:
    return (
        "provider",
        models.ForeignKey(
            default=accounts.tenancy.scope.current_provider_id,
            editable=False,
            on_delete=django.db.models.deletion.CASCADE,
            related_name="+",
            to="accounts.provider",
        ),
    )


def _customer() -> tuple[str, models.Field]:
    return (
        "customer",
        models.ForeignKey(
            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.customer"
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_person_of_scope"),
        ("contracts", "0006_conditions_of_existing_editions"),
        ("sla", "0008_restarted"),
        ("tickets", "0014_forms_of_existing_providers"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="is_confidential",
            field=models.BooleanField(default=False, verbose_name="confidential"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("is_confidential", True)),
                fields=["provider"],
                name="ticket_confidential",
            ),
        ),
        migrations.CreateModel(
            name="SafeguardingContact",
            fields=[
                _key(),
                _provider(),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="safeguarding_contact",
                        to=PERSON,
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.CreateModel(
            name="TicketReader",
            fields=[
                _key(),
                _provider(),
                _customer(),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readers",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=PERSON
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("requester", "Asked for it"),
                            ("assignee", "Owns it"),
                            ("logged", "Logged it or made it confidential"),
                            ("safeguarding", "Safeguarding contact"),
                            ("added", "Added by a reader"),
                            ("taken", "Took access"),
                        ],
                        max_length=12,
                        verbose_name="because",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=PERSON,
                    ),
                ),
                ("added_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["person", "ticket"],
                        name="ticket_reader_of",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("ticket", "person"),
                        name="ticket_reader_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cause__in", ["added", "taken"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="ticket_reader_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketReading",
            fields=[
                _key(),
                _provider(),
                _customer(),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=PERSON
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("page", "Opened the ticket"),
                            ("file", "Opened a file"),
                            ("message", "Opened a mail as it was written"),
                            ("api", "Read over the API"),
                            ("mail", "Was sent mail"),
                        ],
                        max_length=8,
                        verbose_name="how",
                    ),
                ),
                ("what", models.CharField(blank=True, max_length=40)),
                ("at", models.DateTimeField(verbose_name="when")),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["ticket", "-id"], name="reading_of_ticket")],
            },
        ),
    ]
