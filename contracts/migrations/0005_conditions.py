import accounts.tenancy.scope
import django.db.models.deletion
from django.db import migrations, models

from accounts.tenancy.wall import RaiseWall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_people_by_address'),
        ('contracts', '0004_fix_in_visits'),
    ]

    operations = [
        migrations.CreateModel(
            name='ClauseCondition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='order')),
                ('facts', models.JSONField(verbose_name='facts')),
                ('refers_to', models.CharField(blank=True, choices=[('desk_access', 'Desk access'), ('remote_support', 'Remote support'), ('scheduled_visits', 'Scheduled visits'), ('on_demand_visits', 'On-demand visits'), ('hardware', 'Hardware'), ('connectivity', 'Internet and Wi-Fi'), ('software', 'Software'), ('cloud_tenant', 'Microsoft 365 or Google tenant'), ('classroom_av', 'Classroom AV'), ('av_consumables', 'Classroom AV consumables'), ('other_supplier', 'Items not provided by us'), ('av_inspection', 'Classroom AV inspection'), ('server_maintenance', 'Essential server maintenance'), ('sims', 'SIMS'), ('emergency_callout', 'Emergency callout'), ('projects', 'Project work'), ('options', 'Options at extra cost')], default='', max_length=24, verbose_name='decided by')),
                ('answer', models.CharField(blank=True, choices=[('covered', 'Covered'), ('limited', 'Covered with limits'), ('third_party', 'Third party: we escalate and manage it to completion'), ('chargeable', 'Chargeable'), ('quote', 'Quote needed'), ('not_covered', 'Not covered'), ('no_desk_access', 'Desk access not included')], default='', max_length=16, verbose_name='answer')),
                ('wording', models.TextField(blank=True, default='', verbose_name='wording')),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conditions', to='contracts.packageclause')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
            ],
            options={
                'ordering': ['position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('clause', 'position'), name='condition_order'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('answer', ''), _negated=True), models.Q(('wording', ''), _negated=True), ('refers_to', '')), models.Q(models.Q(('refers_to', ''), _negated=True), ('answer', ''), ('wording', '')), _connector='OR'), name='condition_answers_or_refers')],
            },
        ),
        RaiseWall("ClauseCondition", portal_reads="true"),
    ]
