import accounts.tenancy.scope
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.tenancy.wall import RaiseWall


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_unreached_people'),
        ('contracts', '0006_conditions_of_existing_editions'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChangeSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recent_days', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(366)], verbose_name='show changes on tickets for so many days')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider',), name='change_settings_once')],
            },
        ),
        migrations.CreateModel(
            name='ReportedChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=500, verbose_name='what was changed')),
                ('system', models.CharField(max_length=160, verbose_name='which system, where')),
                ('changed_on', models.DateField(verbose_name='when')),
                ('made_by', models.CharField(max_length=160, verbose_name='who did it')),
                ('works', models.CharField(choices=[('yes', 'It works'), ('partly', 'It works in part'), ('no', 'It does not work'), ('unknown', 'Not tried yet')], max_length=8, verbose_name='does it still work?')),
                ('reported_at', models.DateTimeField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.customer')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
                ('reported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
            ],
            options={
                'ordering': ['-changed_on', '-id'],
                'indexes': [models.Index(fields=['provider', 'customer', '-changed_on'], name='reported_change_recent')],
            },
        ),
        RaiseWall("ChangeSettings"),
        RaiseWall("ReportedChange", append_only=True),
    ]
