import json
from pathlib import Path

from django.db import migrations

# As in contracts/presets at the time: for each package's key, topic and answer the conditions in their order.
CONDITIONS = Path(__file__).with_suffix(".json")


def install(apps, schema_editor):
    """Editions that were installed before clauses had conditions get what `provider_install` gives new ones.

    A clause whose answer is no longer the preset's is an administrator's own and stays as it is.
    """
    conditions = apps.get_model("contracts", "ClauseCondition").objects
    clauses = apps.get_model("contracts", "PackageClause").objects.filter(conditions__isnull=True)
    for said in json.loads(CONDITIONS.read_text()):
        for clause in clauses.filter(
            package__key=said["package"], topic=said["topic"], answer=said["answer"]
        ):
            conditions.bulk_create(
                conditions.model(
                    provider_id=clause.provider_id, clause=clause, position=place, **condition
                )
                for place, condition in enumerate(said["conditions"], start=1)
            )


class Migration(migrations.Migration):
    dependencies = [("contracts", "0005_conditions")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
