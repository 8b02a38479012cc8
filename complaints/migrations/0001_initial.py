import accounts.tenancy.scope
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.tenancy.wall import RaiseWall
from tickets.confidential_wall import KeepConfidential
from delivery.claims import ClaimDue


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0005_unreached_people'),
        ('tickets', '0018_referrals'),
    ]

    operations = [
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wake_at', models.DateTimeField(blank=True, null=True, verbose_name='next look')),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('last_failure', models.CharField(blank=True, max_length=300)),
                ('dead_at', models.DateTimeField(blank=True, null=True, verbose_name='given up')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('portal', 'Portal'), ('phone', 'Telephone'), ('chat', 'Chat'), ('on_site', 'On site'), ('monitoring', 'Monitoring')], max_length=12, verbose_name='channel')),
                ('wrong', models.TextField(max_length=4000, verbose_name='what went wrong')),
                ('remedy', models.TextField(blank=True, default='', max_length=4000, verbose_name='what would put it right')),
                ('stage', models.PositiveSmallIntegerField(choices=[(1, 'The technician in charge'), (2, 'Customer success manager'), (3, 'Technical leads'), (4, 'Senior management')], verbose_name='with')),
                ('raised_at', models.DateTimeField(verbose_name='raised')),
                ('answer_by', models.DateTimeField(verbose_name='answer by')),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('overdue_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('upheld', 'Upheld'), ('partly', 'Partly upheld'), ('not_upheld', 'Not upheld')], default='', max_length=12, verbose_name='outcome')),
                ('done', models.TextField(blank=True, default='', max_length=4000, verbose_name='what was done')),
                ('change', models.TextField(blank=True, default='', max_length=4000, verbose_name='what we change')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('unsatisfied_at', models.DateTimeField(blank=True, null=True)),
                ('digest', models.CharField(blank=True, default='', max_length=64)),
                ('about', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.customer')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
                ('raised_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('technician', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('ticket', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='tickets.ticket')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='ComplaintSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer_hours', models.PositiveSmallIntegerField(default=40, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(400)], verbose_name='answer complaints within so many working hours')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
            ],
        ),
        migrations.CreateModel(
            name='ComplaintStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('raised', 'Raised'), ('passed_up', 'Passed up'), ('note', 'Internal note'), ('named', 'Named whom it is about'), ('overdue', 'Not answered in time'), ('decided', 'Decided'), ('unsatisfied', 'The school is not satisfied')], max_length=12)),
                ('from_stage', models.PositiveSmallIntegerField(choices=[(1, 'The technician in charge'), (2, 'Customer success manager'), (3, 'Technical leads'), (4, 'Senior management')])),
                ('to_stage', models.PositiveSmallIntegerField(choices=[(1, 'The technician in charge'), (2, 'Customer success manager'), (3, 'Technical leads'), (4, 'Senior management')])),
                ('at', models.DateTimeField()),
                ('text', models.TextField(blank=True, default='')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('complaint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='complaints.complaint')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.customer')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('wake_at__isnull', False)), fields=['provider', 'wake_at'], name='complaint_due'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(fields=['provider', 'stage', 'answer_by'], name='complaint_by_stage'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.UniqueConstraint(fields=('provider', 'number'), name='complaint_number_once'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.UniqueConstraint(condition=models.Q(('digest', ''), _negated=True), fields=('customer', 'digest'), name='complaint_sent_once'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False), ('wake_at__isnull', True)), _connector='OR'), name='complaint_decided_with_outcome'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(('about__isnull', True), ('decided_by__isnull', True), models.Q(('about', models.F('decided_by')), _negated=True), _connector='OR'), name='complaint_not_judge_of_oneself'),
        ),
        migrations.AddConstraint(
            model_name='complaintsettings',
            constraint=models.UniqueConstraint(fields=('provider',), name='complaint_settings_once'),
        ),
        RaiseWall("ComplaintSettings"),
        RaiseWall("Complaint"),
        RaiseWall("ComplaintStep", append_only=True),
        KeepConfidential("Complaint"),
        KeepConfidential("ComplaintStep", field="complaint", through=True),
        ClaimDue("Complaint"),
    ]
