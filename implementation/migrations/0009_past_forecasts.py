"""Keep what was forecast for sites that have opened since."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from mst_sites.tenancy.walls import SiteWall


class Migration(migrations.Migration):

    dependencies = [
        ('implementation', '0008_xray'),
        ('tenancy', '0002_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='PastForecast',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('made_on', models.DateField(verbose_name='as at')),
                ('method', models.PositiveSmallIntegerField()),
                ('opened_on', models.DateField(verbose_name='opened')),
                ('stage', models.CharField(choices=[('A', 'Initial enquiry'), ('B', 'Needs assessment'), ('C', 'Critical issues and design'), ('D', 'Site Readiness Review'), ('E', 'Recruitment and orientation'), ('F', 'Live: implementation support')], max_length=1, verbose_name='stage')),
                ('refusal', models.CharField(blank=True, max_length=20)),
                ('ended_sites', models.PositiveIntegerField(verbose_name='sites it rests on')),
                ('earliest_on', models.DateField(blank=True, null=True, verbose_name='from')),
                ('median_on', models.DateField(blank=True, null=True, verbose_name='middle')),
                ('latest_on', models.DateField(blank=True, null=True, verbose_name='to')),
                ('is_open_ended', models.BooleanField(default=False)),
                ('worked_out_at', models.DateTimeField(verbose_name='worked out')),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'made_on', 'method'), name='past_forecast_once_a_month'), models.CheckConstraint(condition=models.Q(models.Q(('median_on__isnull', False), ('refusal', '')), models.Q(models.Q(('refusal', ''), _negated=True), ('median_on', None)), _connector='OR'), name='past_forecast_or_why_there_is_none'), models.CheckConstraint(condition=models.Q(('opened_on__gt', models.F('made_on'))), name='past_forecast_was_made_before_opening')],
            },
        ),
        SiteWall("PastForecast"),
    ]
