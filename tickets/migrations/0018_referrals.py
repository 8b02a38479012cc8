import accounts.tenancy.scope
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from accounts.tenancy.wall import RaiseWall
from tickets.confidential_wall import KeepConfidential
from delivery.claims import ClaimDue


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_unreached_people'),
        ('tickets', '0017_identity'),
    ]

    operations = [
        migrations.CreateModel(
            name='Supplier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('contact', models.CharField(blank=True, default='', max_length=120, verbose_name='whom to ask for')),
                ('phone', models.CharField(blank=True, default='', max_length=40, verbose_name='telephone')),
                ('portal', models.URLField(blank=True, default='', verbose_name='address of their portal')),
                ('chase_every', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='chase every so many working days')),
                ('is_active', models.BooleanField(default=True, verbose_name='offered')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wake_at', models.DateTimeField(blank=True, null=True, verbose_name='next look')),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('last_failure', models.CharField(blank=True, max_length=300)),
                ('dead_at', models.DateTimeField(blank=True, null=True, verbose_name='given up')),
                ('reference', models.CharField(blank=True, default='', max_length=80, verbose_name='their reference')),
                ('urgency', models.CharField(choices=[('normal', 'Normal'), ('high', 'High'), ('highest', 'Their highest')], default='normal', max_length=8, verbose_name='urgency')),
                ('promised_at', models.DateTimeField(blank=True, null=True, verbose_name='promised for')),
                ('chase_at', models.DateTimeField(blank=True, null=True, verbose_name='next chase')),
                ('chase_every', models.PositiveSmallIntegerField(default=2)),
                ('reminders', models.PositiveSmallIntegerField(default=0)),
                ('opened_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='last heard of')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('fixed', 'They fixed it'), ('advised', 'They told us what to do'), ('not_theirs', 'It was not theirs'), ('refused', 'They will not do it'), ('no_answer', 'They never answered'), ('closed', 'The ticket was closed')], default='', max_length=12, verbose_name='outcome')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.customer')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='referrals', to='tickets.ticket')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.supplier')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddConstraint(
            model_name='supplier',
            constraint=models.UniqueConstraint(models.F('provider'), django.db.models.functions.text.Lower('name'), name='supplier_once'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('wake_at__isnull', False)), fields=['provider', 'wake_at'], name='referral_due'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['provider', 'chase_at'], name='referral_next'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('ticket', 'supplier'), name='referral_open_once'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('chase_at__isnull', True), ('ended_at__isnull', False)), _connector='OR'), name='referral_ended_with_outcome'),
        ),
        RaiseWall("Supplier"),
        RaiseWall("Referral"),
        KeepConfidential("Referral"),
        ClaimDue("Referral"),
    ]
