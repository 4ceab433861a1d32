"""Need, capacity and funding, with the walls of their tables and what no one may change in them."""

import django.core.validators
import django.db.models.deletion
import mst_sites.tenancy.models
import uuid
from django.conf import settings
from django.db import migrations, models

from mst_sites.tenancy.walls import SiteWall

FOR_EVER = ("needsanalysis", "boardpaper", "fundingreminder")

FROZEN = "\n".join(
    f"""
create trigger {table}_is_final before update or delete or truncate on implementation_{table}
    for each statement execute function mst_refuse_change();
revoke update, delete on implementation_{table} from mst_app;
"""
    for table in FOR_EVER
)
NOT_FROZEN = "\n".join(
    f"drop trigger {table}_is_final on implementation_{table};" for table in FOR_EVER
)


class Migration(migrations.Migration):

    dependencies = [
        ('implementation', '0005_enquiries'),
        ('tenancy', '0002_walls'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FundingSource',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('funder_name', models.CharField(blank=True, max_length=160, verbose_name='name of the funder')),
                ('kind', models.CharField(choices=[('GRANT', 'Grant'), ('MAINSTREAM', 'Mainstream budget'), ('POOLED', 'Pooled budget of several agencies'), ('REINVESTED', 'Savings put in again'), ('SOCIAL_IMPACT_BOND', 'Social impact bond'), ('OTHER', 'Something else')], max_length=20, verbose_name='kind')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=11, validators=[django.core.validators.MinValueValidator(0)], verbose_name='amount for the whole term')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='until, without this day')),
                ('renewal_decision_on', models.DateField(blank=True, null=True, verbose_name='decision on renewal')),
                ('renewal', models.CharField(blank=True, choices=[('RENEWED', 'Goes on'), ('ENDED', 'Will not go on')], max_length=8, verbose_name='what was decided')),
                ('conditions', models.TextField(blank=True, max_length=2000, verbose_name='conditions')),
                ('restart_risk', models.CharField(blank=True, choices=[('LOW', 'Low'), ('MEDIUM', 'Medium'), ('HIGH', 'High')], max_length=6, verbose_name='restart risk')),
                ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='confirmed on')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                ('withdrawn_reason', models.CharField(blank=True, max_length=500, verbose_name='why it is taken back')),
                ('version', models.PositiveIntegerField(default=1)),
                ('lead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lead')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='funder')),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
            ],
        ),
        migrations.CreateModel(
            name='FundingShare',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('partner', models.CharField(max_length=120, verbose_name='partner')),
                ('percent', models.DecimalField(decimal_places=2, max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='share, per cent')),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
                ('source', mst_sites.tenancy.models.SiteForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='implementation.fundingsource')),
            ],
        ),
        migrations.CreateModel(
            name='FundingReminder',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('about', models.CharField(choices=[('MONEY_ENDS', 'The money ends'), ('DECISION', 'Decision on renewal')], max_length=10, verbose_name='about')),
                ('about_on', models.DateField(verbose_name='day')),
                ('months', models.PositiveSmallIntegerField(verbose_name='months before')),
                ('sent_at', models.DateTimeField(verbose_name='reminded')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
                ('source', mst_sites.tenancy.models.SiteForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='implementation.fundingsource')),
            ],
        ),
        migrations.CreateModel(
            name='NeedsAnalysis',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(verbose_name='edition')),
                ('areas', models.CharField(max_length=300, verbose_name='areas')),
                ('figures', models.JSONField(blank=True, default=dict)),
                ('eligible_low', models.PositiveIntegerField(blank=True, null=True, verbose_name='eligible, low')),
                ('eligible_central', models.PositiveIntegerField(blank=True, null=True, verbose_name='eligible, central')),
                ('eligible_high', models.PositiveIntegerField(blank=True, null=True, verbose_name='eligible, high')),
                ('eligible_source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                ('eligible_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='year')),
                ('eligible_confidence', models.CharField(blank=True, choices=[('HIGH', 'Counted'), ('MEDIUM', 'Counted in part'), ('LOW', 'Estimated')], max_length=6, verbose_name='confidence')),
                ('existing_services', models.TextField(blank=True, max_length=3000, verbose_name='existing services')),
                ('gap', models.TextField(blank=True, max_length=3000, verbose_name='the gap')),
                ('written_at', models.DateTimeField(verbose_name='written')),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
                ('written_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Sustainability',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('exit_plan', models.TextField(blank=True, max_length=3000, verbose_name='exit plan')),
                ('days_saved_low', models.DecimalField(blank=True, decimal_places=2, max_digits=11, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='days saved for each family, low')),
                ('days_saved_central', models.DecimalField(blank=True, decimal_places=2, max_digits=11, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='days saved for each family, central')),
                ('days_saved_high', models.DecimalField(blank=True, decimal_places=2, max_digits=11, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='days saved for each family, high')),
                ('cost_per_day', models.DecimalField(blank=True, decimal_places=2, max_digits=11, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='cost of one day in a placement')),
                ('placement_cost', models.DecimalField(blank=True, decimal_places=2, max_digits=11, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='cost of one placement')),
                ('grounds', models.TextField(blank=True, max_length=1000, verbose_name='where these come from')),
                ('version', models.PositiveIntegerField(default=1)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
            ],
        ),
        migrations.CreateModel(
            name='BoardPaper',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('content', models.JSONField(default=dict)),
                ('sha256', models.CharField(max_length=64)),
                ('asked_at', models.DateTimeField(verbose_name='asked for')),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('site'), models.F('sha256'), name='paper_once_per_content', violation_error_message='This paper was asked for already.')],
            },
        ),
        migrations.CreateModel(
            name='CapacityScenario',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('model', models.CharField(choices=[('standard', 'Standard MST'), ('can', 'MST-CAN (child abuse and neglect)'), ('psb', 'MST-PSB (problem sexual behaviour)'), ('fit', 'MST-FIT (family integrated transitions)'), ('bsf', 'MST-BSF (building stronger families)'), ('e', 'MST-E (exploitation)'), ('sa', 'MST-SA (substance abuse)'), ('ea', 'MST-EA (emerging adults)')], default='standard', max_length=12, verbose_name='MST model')),
                ('teams', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='teams')),
                ('therapists', models.DecimalField(decimal_places=1, max_digits=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='therapists in each team, whole time')),
                ('caseload', models.DecimalField(decimal_places=1, max_digits=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='families for each therapist at a time')),
                ('treatment_months', models.DecimalField(decimal_places=1, max_digits=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(24)], verbose_name='months of treatment')),
                ('utilisation', models.DecimalField(decimal_places=1, max_digits=4, validators=[django.core.validators.MinValueValidator(1, 'Write a share from 1 to 100 per cent.'), django.core.validators.MaxValueValidator(100, 'Write a share from 1 to 100 per cent.')], verbose_name='places in use, per cent')),
                ('acceptance', models.DecimalField(decimal_places=1, max_digits=4, validators=[django.core.validators.MinValueValidator(1, 'Write a share from 1 to 100 per cent.'), django.core.validators.MaxValueValidator(100, 'Write a share from 1 to 100 per cent.')], verbose_name='eligible young people whose families take part, per cent')),
                ('eligible_low', models.PositiveIntegerField(verbose_name='eligible, low')),
                ('eligible_central', models.PositiveIntegerField(verbose_name='eligible, central')),
                ('eligible_high', models.PositiveIntegerField(verbose_name='eligible, high')),
                ('grounds', models.TextField(blank=True, max_length=1000, verbose_name='where the assumptions come from')),
                ('is_planned', models.BooleanField(default=False, verbose_name='the one we plan with')),
                ('put_away_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField(verbose_name='saved')),
                ('saved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('put_away_at', None)), fields=('site', 'name'), name='scenario_name_once_per_site', violation_error_message='Another scenario of this site has this name.'), models.UniqueConstraint(condition=models.Q(('is_planned', True)), fields=('site',), name='scenario_planned_once_per_site', violation_error_message='Somebody else chose another scenario a moment ago.'), models.CheckConstraint(condition=models.Q(('is_planned', False), ('put_away_at', None), _connector='OR'), name='scenario_that_is_planned_is_kept', violation_error_message='Plan with another scenario before this one goes.'), models.CheckConstraint(condition=models.Q(('eligible_central__lte', models.F('eligible_high')), ('eligible_low__lte', models.F('eligible_central'))), name='scenario_estimate_rises_from_low_to_high', violation_error_message='The estimate rises from low to central to high.'), models.CheckConstraint(condition=models.Q(('acceptance__gt', 0), ('acceptance__lte', 100), ('caseload__gt', 0), ('teams__gte', 1), ('therapists__gt', 0), ('treatment_months__gt', 0), ('utilisation__gt', 0), ('utilisation__lte', 100)), name='scenario_assumes_what_can_be')],
            },
        ),
        migrations.CreateModel(
            name='CostLine',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('POSTS', 'Posts'), ('LICENCE', 'Licence and consultation'), ('TRAINING', 'Training'), ('TRAVEL', 'Travel'), ('PREMISES', 'Premises'), ('OTHER', 'Other')], max_length=10, verbose_name='kind')),
                ('title', models.CharField(max_length=160, verbose_name='what for')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=11, validators=[django.core.validators.MinValueValidator(0)], verbose_name='cost in a year')),
                ('grounds', models.CharField(blank=True, max_length=300, verbose_name='where the figure comes from')),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
            ],
            options={
                'indexes': [models.Index(models.F('site'), models.F('kind'), name='cost_line_of_site')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='cost_is_not_negative', violation_error_message='A cost is nothing or more.')],
            },
        ),
        migrations.AddIndex(
            model_name='fundingsource',
            index=models.Index(models.F('ends_on'), condition=models.Q(('withdrawn_at', None)), name='funding_by_its_end'),
        ),
        migrations.AddIndex(
            model_name='fundingsource',
            index=models.Index(models.F('site'), models.F('starts_on'), name='funding_of_site'),
        ),
        migrations.AddConstraint(
            model_name='fundingsource',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('starts_on'))), name='funding_ends_after_it_starts', violation_error_message='The money must end after it starts.'),
        ),
        migrations.AddConstraint(
            model_name='fundingsource',
            constraint=models.CheckConstraint(condition=models.Q(('organisation', None), ('funder_name', ''), _connector='XOR'), name='funding_has_one_funder', violation_error_message='Choose the funder, or write the name of another one.'),
        ),
        migrations.AddConstraint(
            model_name='fundingsource',
            constraint=models.CheckConstraint(condition=models.Q(('renewal_decision_on', None), ('renewal_decision_on__lte', models.F('ends_on')), _connector='OR'), name='funding_is_renewed_before_it_ends', violation_error_message='The decision comes before the money ends.'),
        ),
        migrations.AddConstraint(
            model_name='fundingsource',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='funding_is_more_than_nothing', violation_error_message='The amount is more than nothing.'),
        ),
        migrations.AddConstraint(
            model_name='fundingsource',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at', None), models.Q(('withdrawn_reason', ''), _negated=True), _connector='OR'), name='funding_taken_back_says_why', violation_error_message='Say why it is taken back.'),
        ),
        migrations.AddConstraint(
            model_name='fundingshare',
            constraint=models.UniqueConstraint(models.F('site'), models.F('source'), models.F('partner'), name='share_once_per_partner', violation_error_message='This partner has a share already.'),
        ),
        migrations.AddConstraint(
            model_name='fundingshare',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gt', 0), ('percent__lte', 100)), name='share_is_a_part_of_the_whole', violation_error_message='A share is more than 0 and at most 100 per cent.'),
        ),
        migrations.AddConstraint(
            model_name='fundingreminder',
            constraint=models.UniqueConstraint(models.F('site'), models.F('source'), models.F('about'), models.F('about_on'), models.F('months'), models.F('person'), name='reminder_once_per_person_and_day', violation_error_message='This person was reminded already.'),
        ),
        migrations.AddConstraint(
            model_name='needsanalysis',
            constraint=models.UniqueConstraint(models.F('site'), models.F('number'), name='needs_edition_once_per_site', violation_error_message='Somebody else saved this edition a moment ago.'),
        ),
        migrations.AddConstraint(
            model_name='needsanalysis',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('eligible_central', None), ('eligible_high', None), ('eligible_low', None)), models.Q(('eligible_central__isnull', False), ('eligible_central__lte', models.F('eligible_high')), ('eligible_high__isnull', False), ('eligible_low__isnull', False), ('eligible_low__lte', models.F('eligible_central'))), _connector='OR'), name='needs_estimate_rises_from_low_to_high', violation_error_message='The estimate rises from low to central to high.'),
        ),
        migrations.AddConstraint(
            model_name='sustainability',
            constraint=models.UniqueConstraint(models.F('site'), name='sustainability_once_per_site', violation_error_message='Somebody else wrote this a moment ago.'),
        ),
        migrations.AddConstraint(
            model_name='sustainability',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('days_saved_central', None), ('days_saved_high', None), ('days_saved_low', None)), models.Q(('days_saved_central__isnull', False), ('days_saved_central__lte', models.F('days_saved_high')), ('days_saved_high__isnull', False), ('days_saved_low__isnull', False), ('days_saved_low__lte', models.F('days_saved_central'))), _connector='OR'), name='days_saved_rise_from_low_to_high', violation_error_message='The days rise from low to central to high.'),
        ),
        *(
            SiteWall(name)
            for name in (
                "NeedsAnalysis",
                "CapacityScenario",
                "BoardPaper",
                "FundingSource",
                "FundingShare",
                "CostLine",
                "Sustainability",
                "FundingReminder",
            )
        ),
        migrations.RunSQL(FROZEN, NOT_FROZEN),
    ]
