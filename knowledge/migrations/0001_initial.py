import accounts.tenancy.scope
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from accounts.tenancy.wall import RaiseWall


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0008_telephone_numbers'),
        ('tickets', '0020_drafts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('short_answer', models.TextField(max_length=600, verbose_name='short answer')),
                ('body', models.TextField(blank=True, default='', max_length=20000, verbose_name='text')),
                ('words', models.CharField(blank=True, default='', max_length=300, verbose_name='search words')),
                ('audience', models.CharField(choices=[('all', 'All schools'), ('packages', 'Schools with chosen packages'), ('staff', 'Our staff only')], default='all', max_length=10, verbose_name='for')),
                ('packages', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=40), blank=True, default=list, size=None)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('retired', 'Retired')], default='draft', max_length=10, verbose_name='state')),
                ('review_by', models.DateField(blank=True, null=True, verbose_name='review by')),
                ('version', models.PositiveIntegerField(default=1)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('vector', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector('title', 'words', config='english', weight='A'), '||', django.contrib.postgres.search.SearchVector('short_answer', config='english', weight='B'), django.contrib.postgres.search.SearchConfig('english')), '||', django.contrib.postgres.search.SearchVector('body', config='english', weight='D'), django.contrib.postgres.search.SearchConfig('english')), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('terms', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Lower(django.db.models.functions.text.Concat(models.F('title'), models.Value(' '), models.F('words'))), output_field=models.TextField())),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.category')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
            ],
            options={
                'ordering': ['title', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ArticleVerdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('solved', 'Answered the question: no request was sent'), ('helpful', 'Helpful'), ('not_helpful', 'Not helpful')], max_length=12)),
                ('day', models.DateField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verdicts', to='knowledge.article')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.customer')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.person')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ArticleVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('short_answer', models.TextField(max_length=600, verbose_name='short answer')),
                ('body', models.TextField(blank=True, default='', max_length=20000, verbose_name='text')),
                ('words', models.CharField(blank=True, default='', max_length=300, verbose_name='search words')),
                ('audience', models.CharField(choices=[('all', 'All schools'), ('packages', 'Schools with chosen packages'), ('staff', 'Our staff only')], default='all', max_length=10, verbose_name='for')),
                ('packages', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=40), blank=True, default=list, size=None)),
                ('number', models.PositiveIntegerField()),
                ('step', models.CharField(choices=[('written', 'Written'), ('changed', 'Changed'), ('published', 'Published'), ('retired', 'Retired'), ('restored', 'Taken back as a draft')], max_length=10)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='knowledge.article')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.category')),
                ('provider', models.ForeignKey(default=accounts.tenancy.scope.current_provider_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.provider')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['provider', 'state', 'title'], name='article_listed'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=django.contrib.postgres.indexes.GinIndex(fields=['vector'], name='article_vector'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=django.contrib.postgres.indexes.GinIndex(fields=['terms'], name='article_terms', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('packages', []), ('audience', 'packages'), _connector='XOR'), name='article_packages_named'),
        ),
        migrations.AddConstraint(
            model_name='articleverdict',
            constraint=models.UniqueConstraint(fields=('article', 'person', 'verdict', 'day'), name='article_verdict_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='articleversion',
            constraint=models.UniqueConstraint(fields=('article', 'number'), name='article_version_once'),
        ),
        RaiseWall("Article", portal_reads="state = 'published' AND audience <> 'staff'"),
        RaiseWall("ArticleVersion", append_only=True),
        RaiseWall("ArticleVerdict", append_only=True),
    ]
