import accounts.tenancy.scope
import django.db.models.deletion
from django.db import migrations, models

from accounts.tenancy.wall import RaiseWall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_people_by_address'),
        ('contracts', '0006_conditions_of_existing_editions'),
        ('tickets', '0008_visits'),
    ]

    operations = [
        migrations.CreateModel(
            name='CoverageRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(choices=[('desk_access', 'Desk access'), ('remote_support', 'Remote support'), ('scheduled_visits', 'Scheduled visits'), ('on_demand_visits', 'On-demand visits'), ('hardware', 'Hardware'), ('connectivity', 'Internet and Wi-Fi'), ('software', 'Software'), ('cloud_tenant', 'Microsoft 365 or Google tenant'), ('classroom_av', 'Classroom AV'), ('av_consumables', 'Classroom AV consumables'), ('other_supplier', 'Items not provided by us'), ('av_inspection', 'Classroom AV inspection'), ('server_maintenance', 'Essential server maintenance'), ('sims', 'SIMS'), ('emergency_callout', 'Emergency callout'), ('projects', 'Project work'), ('options', 'Options at extra cost')], max_length=24, verbose_name='what it is about')),
                ('facts', models.JSONField(blank=True, default=dict, verbose_name='facts')),
                ('answer', models.CharField(choices=[('covered', 'Covered'), ('limited', 'Covered with limits'), ('third_party', 'Third party: we escalate and manage it to completion'), ('chargeable', 'Chargeable'), ('quote', 'Quote needed'), ('not_covered', 'Not covered'), ('no_desk_access', 'Desk access not included')], max_length=16, verbose_name='answer')),
                ('decided_by', models.CharField(choices=[('desk_access', 'Desk access'), ('remote_support', 'Remote support'), ('scheduled_visits', 'Scheduled visits'), ('on_demand_visits', 'On-demand visits'), ('hardware', 'Hardware'), ('connectivity', 'Internet and Wi-Fi'), ('software', 'Software'), ('cloud_tenant', 'Microsoft 365 or Google tenant'), ('classroom_av', 'Classroom AV'), ('av_consumables', 'Classroom AV consumables'), ('other_supplier', 'Items not provided by us'), ('av_inspection', 'Classroom AV inspection'), ('server_maintenance', 'Essential server maintenance'), ('sims', 'SIMS'), ('emergency_callout', 'Emergency callout'), ('projects', 'Project work'), ('options', 'Options at extra cost')], max_length=24, verbose_name='clause')),
                ('wording', models.TextField(verbose_name='wording')),
                ('package_name', models.CharField(max_length=80, verbose_name='package')),
                ('edition_label', models.CharField(max_length=40, verbose_name='edition')),
                ('is_varied', models.BooleanField(default=False, verbose_name='varied by agreement')),
                ('reason', models.CharField(blank=True, default='', max_length=300, verbose_name='why')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.customer')),
                ('overrules', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='overruled_by', to='tickets.coveragerecord')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coverage_records', to='tickets.ticket')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='ticket',
            name='coverage',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='held_by', to='tickets.coveragerecord'),
        ),
        migrations.AddConstraint(
            model_name='coveragerecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('overrules__isnull', True), ('reason', '')), models.Q(models.Q(('reason', ''), _negated=True), ('overrules__isnull', False)), _connector='OR'), name='coverage_overruled_with_reason'),
        ),
        RaiseWall("CoverageRecord", append_only=True),
        RaiseWall("Ticket"),
    ]
