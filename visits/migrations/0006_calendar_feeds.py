import accounts.tenancy.scope
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.tenancy.wall import RaiseWall


# Who is meant by a signed address, before anybody has signed in: ids and nothing else.
FEED = """
CREATE FUNCTION visits_feed(of_provider bigint, of_feed bigint, of_generation integer)
RETURNS TABLE (provider_id bigint, id bigint, customer_id bigint, engineer_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.provider_id, f.id, f.customer_id, f.engineer_id
    FROM visits_calendarfeed f
    LEFT JOIN accounts_customer c ON c.id = f.customer_id
    LEFT JOIN accounts_person p ON p.id = f.engineer_id
    WHERE f.provider_id = of_provider AND f.id = of_feed AND f.generation = of_generation
      AND coalesce(c.is_active, p.is_active AND p.is_staff)
$$;
"""
SIGNATURE = "visits_feed(bigint,bigint,integer)"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_people_by_address'),
        ('visits', '0005_plans'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('generation', models.PositiveIntegerField(default=1, verbose_name='generation')),
                ('renewed_at', models.DateTimeField(auto_now=True, verbose_name='address made')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.customer')),
                ('engineer', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to='accounts.person')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('customer',), name='calendar_feed_of_school_once'), models.CheckConstraint(condition=models.Q(('customer__isnull', True), ('engineer__isnull', True), _connector='OR'), name='calendar_feed_of_one')],
            },
        ),
        RaiseWall("CalendarFeed"),
        migrations.RunSQL(FEED, "DROP FUNCTION visits_feed(bigint, bigint, integer)"),
        migrations.RunSQL(
            f"REVOKE ALL ON FUNCTION {SIGNATURE} FROM PUBLIC;"
            f" GRANT EXECUTE ON FUNCTION {SIGNATURE} TO {settings.DATABASE_APP_ROLE}",
            migrations.RunSQL.noop,
        ),
    ]
