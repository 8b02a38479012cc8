from django.db import migrations

# As in visits/presets.py at the time: calendar, and for each package's key what is counted, over which days, the norm.
ON_SITE_HOURS = ("On-site hours", "Service window, working days")
RULES = {
    "scheduled-on-demand": [
        ("scheduled_visit", "window", None),
        ("on_demand_visit", "school_year", 12),
        ("remote_session", "school_year", 80),
    ],
    "cloud": [("remote_session", "school_year", 80)],
    "scheduled": [("scheduled_visit", "window", None)],
    "full-managed": [
        ("scheduled_visit", "contract_year", None),
        ("remote_session", "school_year", None),
    ],
    "on-demand": [("on_demand_visit", "school_year", 12), ("remote_session", "school_year", 80)],
    "cloud-support": [("remote_session", "school_year", None)],
    "site-agreement": [("on_demand_visit", "school_year", 12), ("remote_session", "school_year", None)],
}


def install(apps, schema_editor):
    """Providers that were installed before visits were kept get what `visits_install` gives new ones."""
    policies = apps.get_model("visits", "VisitPolicy").objects
    calendars = apps.get_model("sla", "BusinessCalendar").objects
    for calendar in calendars.filter(name__in=ON_SITE_HOURS, follows__isnull=True):
        policies.get_or_create(
            provider_id=calendar.provider_id, defaults={"on_site_hours": calendar, "callout_rank": 2}
        )
    rules = apps.get_model("visits", "AllowanceRule").objects
    for package in apps.get_model("contracts", "Package").objects.filter(key__in=RULES):
        for kind, period, norm in RULES[package.key]:
            rules.get_or_create(
                package=package,
                kind=kind,
                defaults={"provider_id": package.provider_id, "period": period, "norm": norm},
            )


class Migration(migrations.Migration):
    dependencies = [("visits", "0003_policy_and_uses")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
