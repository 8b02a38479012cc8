import django.db.models.deletion
from django.db import migrations, models

import accounts.tenancy.scope
from accounts.tenancy.wall import RaiseWall
from tickets.confidential_wall import KeepConfidential

PERSON = "accounts.person"
METHODS = [
    ("call_back", "We called back on a number that we knew before"),
    ("passphrase", "The caller said their passphrase"),
    ("contact", "A named contact of the school approved it"),
]
# What every preset calls so. Before today nothing was asked; what has ended is not asked again.
ACCOUNTS = "UPDATE tickets_category SET changes_account = true WHERE key = 'account'"


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


def _person(related_name: str = "+", on_delete=django.db.models.deletion.PROTECT) -> models.ForeignKey:
    return models.ForeignKey(on_delete=on_delete, related_name=related_name, to=PERSON)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0016_confidential_wall"), ("accounts", "0007_identity_methods")]

    operations = [
        migrations.AddField(
            model_name="category",
            name="changes_account",
            field=models.BooleanField(default=False, verbose_name="changes an account or access"),
        ),
        migrations.RunSQL(ACCOUNTS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="IdentityCheck",
            fields=[
                _key(),
                _provider(),
                _customer(),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identity_checks",
                        to="tickets.ticket",
                    ),
                ),
                ("person", _person()),
                (
                    "method",
                    models.CharField(blank=True, choices=METHODS, max_length=12, verbose_name="method"),
                ),
                ("overruled", models.BooleanField(default=False)),
                ("evidence", models.CharField(max_length=400, verbose_name="evidence")),
                ("by", _person()),
                ("at", models.DateTimeField(verbose_name="when")),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("method", ""), ("overruled", True)),
                                models.Q(
                                    models.Q(("method", ""), _negated=True), ("overruled", False)
                                ),
                                _connector="OR",
                            ),
                            models.Q(("evidence", ""), _negated=True),
                        ),
                        name="identity_checked_by_a_method_or_overruled",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Passphrase",
            fields=[
                _key(),
                _provider(),
                _customer(),
                ("person", _person("passphrases", django.db.models.deletion.CASCADE)),
                ("digest", models.CharField(max_length=200)),
                ("set_by", _person()),
                ("set_at", models.DateTimeField()),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("locked_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "person"), name="passphrase_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="ticket",
            name="identity",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="held_by",
                to="tickets.identitycheck",
            ),
        ),
        RaiseWall("IdentityCheck", append_only=True),
        RaiseWall("Ticket"),
        RaiseWall("Passphrase"),
        KeepConfidential("IdentityCheck"),
    ]
