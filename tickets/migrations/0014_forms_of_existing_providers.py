import json
from pathlib import Path

from django.db import migrations

# As in contracts/presets at the time: each form with its questions, and the categories that it may stand under.
FORMS = Path(__file__).with_suffix(".json")


def install(apps, schema_editor):
    """Providers that were installed before there were forms get what `desk_install` gives new ones.

    Everyday requests get the lowest of a provider's levels. The questions of a category come with the category; a
    provider that has forms of its own keeps those alone.
    """
    forms = apps.get_model("tickets", "RequestForm").objects
    for provider_id in apps.get_model("accounts", "Provider").objects.values_list("pk", flat=True):
        if not forms.filter(provider_id=provider_id).exists():
            _install_for(apps, provider_id)


def _install_for(apps, provider_id):
    forms, questions = (
        apps.get_model("tickets", name).objects for name in ("RequestForm", "FormQuestion")
    )
    categories = {
        one.key: one for one in apps.get_model("tickets", "Category").objects.filter(provider_id=provider_id)
    }
    levels = apps.get_model("sla", "ServiceLevel").objects.filter(provider_id=provider_id)
    lowest = levels.order_by("-rank").first()
    if lowest is None:
        return  # its installation has not come that far
    for position, (said, category) in enumerate(_fitting(categories)):
        made = dict(said["form"])
        if made["kind"] == "category":
            made |= {"title": category.name, "icon": category.icon}
        form = forms.create(
            provider_id=provider_id,
            category_id=category and category.pk,
            level_id=None if made["kind"] == "category" else lowest.pk,
            position=position,
            **made,
        )
        questions.bulk_create(
            questions.model(provider_id=provider_id, form=form, position=place, **question)
            for place, question in enumerate(said["questions"])
        )


def _fitting(categories):
    """What is said of everyday requests, then of the provider's own categories in their order."""
    told = [
        (said, next((categories[key] for key in said["categories"] if key in categories), None))
        for said in json.loads(FORMS.read_text())
    ]
    everyday = [(said, category) for said, category in told if said["form"]["kind"] != "category"]
    others = [(said, category) for said, category in told if (said, category) not in everyday and category]
    return everyday + sorted(others, key=lambda pair: (pair[1].position, pair[1].name))


class Migration(migrations.Migration):
    dependencies = [("tickets", "0013_request_forms")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
