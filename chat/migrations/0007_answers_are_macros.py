from django.db import migrations


def keep_as_macros(apps, schema_editor):
    """Each answer at hand becomes a macro that everybody at the desk sees. Its owner is whoever manages the provider.

    Without anybody of the staff there is nobody to answer, and nothing is kept.
    """
    answers, macros = apps.get_model("chat", "CannedAnswer"), apps.get_model("tickets", "Macro")
    staff = apps.get_model("accounts", "Person").objects.filter(is_staff=True)
    owners = {}
    for answer in answers.objects.order_by("provider_id", "position", "title"):
        if answer.provider_id not in owners:
            people = staff.filter(provider_id=answer.provider_id)
            managing = people.filter(staff_memberships__role="administrator").order_by("pk").first()
            owners[answer.provider_id] = managing or people.order_by("pk").first()
        if owner := owners[answer.provider_id]:
            macros.objects.create(
                provider_id=answer.provider_id,
                name=answer.title,
                audience="shared",
                owner=owner,
                text=answer.text,
            )


class Migration(migrations.Migration):
    dependencies = [("chat", "0006_files_wall"), ("tickets", "0024_macros")]

    operations = [
        migrations.RunPython(keep_as_macros, migrations.RunPython.noop),
        migrations.DeleteModel("CannedAnswer"),
    ]
