import accounts.tenancy.scope
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from accounts.tenancy.wall import RaiseWall
from delivery.claims import ClaimDue
from tickets.confidential_wall import KeepConfidential

# The policies of the tables that are asked hold within these questions too: a school finds its own rows there.
NAMES_US = "EXISTS (SELECT 1 FROM knowledge_noticeschool s WHERE s.notice_id = knowledge_servicenotice.id)"
# Whether the package is held today is asked by the pages, who know the provider's local day.
PACKAGE_OF_OURS = (
    "(audience = 'packages' AND EXISTS (SELECT 1 FROM contracts_contract c JOIN contracts_package p ON p.id = c.package_id"
    " WHERE p.key = ANY (knowledge_servicenotice.packages)))"
)
OF_A_NOTICE_WE_READ = (
    "EXISTS (SELECT 1 FROM knowledge_servicenotice n WHERE n.id = knowledge_noticeupdate.notice_id)"
)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_nomination_of_customer'),
        ('contracts', '0007_reported_changes'),
        ('knowledge', '0002_search'),
        ('tickets', '0021_saved_views'),
    ]

    operations = [
        migrations.CreateModel(
            name='ServiceNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wake_at', models.DateTimeField(blank=True, null=True, verbose_name='next look')),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('last_failure', models.CharField(blank=True, max_length=300)),
                ('dead_at', models.DateTimeField(blank=True, null=True, verbose_name='given up')),
                ('kind', models.CharField(choices=[('problem', 'Known problem'), ('maintenance', 'Planned maintenance')], default='problem', max_length=12, verbose_name='kind')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('text', models.TextField(max_length=2000, verbose_name='what we know')),
                ('audience', models.CharField(choices=[('all', 'All schools'), ('schools', 'Chosen schools'), ('packages', 'Schools with chosen packages')], default='all', max_length=10, verbose_name='for')),
                ('packages', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=40), blank=True, default=list, size=None)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('looking', 'Being looked into'), ('known', 'Cause known'), ('mending', 'Being mended'), ('planned', 'Planned'), ('under_way', 'Under way'), ('over', 'Over')], default='draft', max_length=10, verbose_name='state')),
                ('starts_at', models.DateTimeField(verbose_name='since')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('next_news_at', models.DateTimeField(blank=True, null=True, verbose_name='next news by')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('over_at', models.DateTimeField(blank=True, null=True, verbose_name='over since')),
                ('version', models.PositiveIntegerField(default=1)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.category')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
            ],
            options={
                'ordering': ['-starts_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='NoticeUpdate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('looking', 'Being looked into'), ('known', 'Cause known'), ('mending', 'Being mended'), ('planned', 'Planned'), ('under_way', 'Under way'), ('over', 'Over')], max_length=10)),
                ('text', models.TextField(max_length=2000, verbose_name='what is new')),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('next_news_at', models.DateTimeField(blank=True, null=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='updates', to='knowledge.servicenotice')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='NoticeTicket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.customer')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notice_links', to='tickets.ticket')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='knowledge.servicenotice')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='NoticeSchool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.customer')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='schools', to='knowledge.servicenotice')),
            ],
        ),
        migrations.CreateModel(
            name='NoticeFollower',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wake_at', models.DateTimeField(blank=True, null=True, verbose_name='next look')),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('last_failure', models.CharField(blank=True, max_length=300)),
                ('dead_at', models.DateTimeField(blank=True, null=True, verbose_name='given up')),
                ('told', models.PositiveIntegerField(default=0)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.customer')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.person')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='followers', to='knowledge.servicenotice')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='servicenotice',
            index=models.Index(condition=models.Q(('wake_at__isnull', False)), fields=['provider', 'wake_at'], name='notice_due'),
        ),
        migrations.AddIndex(
            model_name='servicenotice',
            index=models.Index(fields=['provider', 'state', '-starts_at'], name='notice_by_state'),
        ),
        migrations.AddConstraint(
            model_name='servicenotice',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='notice_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='servicenotice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends_at__isnull', True), ('kind', 'problem')), models.Q(('ends_at__isnull', False), ('kind', 'maintenance')), _connector='OR'), name='notice_of_maintenance_ends'),
        ),
        migrations.AddConstraint(
            model_name='servicenotice',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), ('published_at__isnull', False), _connector='XOR'), name='notice_published_or_draft'),
        ),
        migrations.AddConstraint(
            model_name='servicenotice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'over'), _negated=True), ('over_at__isnull', True)), models.Q(('over_at__isnull', False), ('state', 'over'), ('wake_at__isnull', True)), _connector='OR'), name='notice_over_at_rest'),
        ),
        migrations.AddConstraint(
            model_name='servicenotice',
            constraint=models.CheckConstraint(condition=models.Q(('packages', []), ('audience', 'packages'), _connector='XOR'), name='notice_packages_named'),
        ),
        migrations.AddConstraint(
            model_name='noticeupdate',
            constraint=models.UniqueConstraint(fields=('notice', 'number'), name='notice_update_once'),
        ),
        migrations.AddConstraint(
            model_name='noticeticket',
            constraint=models.UniqueConstraint(fields=('notice', 'ticket'), name='notice_ticket_once'),
        ),
        migrations.AddConstraint(
            model_name='noticeschool',
            constraint=models.UniqueConstraint(fields=('notice', 'customer'), name='notice_school_once'),
        ),
        migrations.AddIndex(
            model_name='noticefollower',
            index=models.Index(condition=models.Q(('wake_at__isnull', False)), fields=['provider', 'wake_at'], name='notice_follower_due'),
        ),
        migrations.AddConstraint(
            model_name='noticefollower',
            constraint=models.UniqueConstraint(fields=('notice', 'person'), name='notice_follower_once'),
        ),
        migrations.AddConstraint(
            model_name='noticefollower',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('wake_at__isnull', True), _connector='OR'), name='notice_follower_at_rest'),
        ),
        RaiseWall("NoticeSchool"),
        RaiseWall("ServiceNotice", portal_reads=f"state <> 'draft' AND (audience = 'all' OR {NAMES_US} OR {PACKAGE_OF_OURS})"),
        RaiseWall("NoticeUpdate", append_only=True, portal_reads=OF_A_NOTICE_WE_READ),
        RaiseWall("NoticeTicket"),
        RaiseWall("NoticeFollower"),
        KeepConfidential("NoticeTicket"),
        ClaimDue("ServiceNotice"),
        ClaimDue("NoticeFollower"),
    ]
