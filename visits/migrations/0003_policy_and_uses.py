import accounts.tenancy.scope
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.tenancy.wall import RaiseWall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_people_by_address'),
        ('sla', '0005_calendar_variants'),
        ('visits', '0002_wall'),
    ]

    operations = [
        migrations.AddField(
            model_name='remotesession',
            name='undone_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='taken back'),
        ),
        migrations.AddField(
            model_name='visit',
            name='uses',
            field=models.CharField(blank=True, choices=[('scheduled_visit', 'Scheduled visits'), ('on_demand_visit', 'On-demand visits'), ('remote_session', 'Remote sessions')], default='', max_length=16, verbose_name='uses up'),
        ),
        migrations.AddField(
            model_name='visitevent',
            name='by_school',
            field=models.BooleanField(default=False, verbose_name="at the school's wish"),
        ),
        migrations.AddField(
            model_name='visitevent',
            name='undoes',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undone_by', to='visits.visitevent'),
        ),
        migrations.AlterField(
            model_name='allowanceentry',
            name='cause',
            field=models.CharField(choices=[('booked', 'Visit booked'), ('callout', 'Emergency callout'), ('moved', 'Visit moved to another day'), ('returned', 'Visit missed or cancelled: given back'), ('in_lieu', 'Remote support in place of a visit'), ('session', 'Remote session'), ('undone', 'Taken back'), ('corrected', 'Corrected')], max_length=10, verbose_name='why'),
        ),
        migrations.CreateModel(
            name='VisitPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('callout_rank', models.PositiveSmallIntegerField(default=2, help_text='Rank 1 is the gravest level. With 2, for Urgent and High.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='emergency callouts for levels up to rank')),
                ('on_site_hours', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.businesscalendar', verbose_name='on-site hours')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider',), name='visit_policy_once')],
            },
        ),
        RaiseWall("VisitPolicy", portal_reads="true"),
        RaiseWall("VisitEvent", append_only=True),
    ]
