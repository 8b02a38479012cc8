"""Each provider that is there already gets the calendar of clocks that run in visits. No running clock changes to it."""

from django.db import migrations

MAKE = """
INSERT INTO sla_businesscalendar
    (provider_id, name, time_zone, always_open, nation, keeps_closures, is_default, own_days, variant_key, runs_in_visits)
SELECT id, 'Engineers'' visits', time_zone, false, '', false, false, '[]', '', true FROM accounts_provider
"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0006_on_site_time"), ("accounts", "0004_people_by_address")]

    # Backwards the rows go with their column: clocks may run in them.
    operations = [migrations.RunSQL(MAKE, migrations.RunSQL.noop)]
