"""What a look through a site found, week by week."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models

from mst_sites.tenancy.walls import SiteWall


class Migration(migrations.Migration):

    dependencies = [
        ('implementation', '0007_meetings'),
        ('tenancy', '0002_walls'),
    ]

    operations = [
        migrations.CreateModel(
            name='XrayReading',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('week_on', models.DateField(verbose_name='week from')),
                ('read_on', models.DateField(verbose_name='looked at on')),
                ('high_count', models.PositiveSmallIntegerField(default=0, verbose_name='high')),
                ('medium_count', models.PositiveSmallIntegerField(default=0, verbose_name='medium')),
                ('low_count', models.PositiveSmallIntegerField(default=0, verbose_name='low')),
                ('rule_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None)),
                ('is_latest', models.BooleanField(default=True)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_latest', True)), fields=['-high_count', '-medium_count', '-low_count'], name='xray_reading_worst_first')],
                'constraints': [models.UniqueConstraint(fields=('site', 'week_on'), name='xray_reading_once_per_week'), models.UniqueConstraint(condition=models.Q(('is_latest', True)), fields=('site',), name='xray_reading_latest_once'), models.CheckConstraint(condition=models.Q(('read_on__gte', models.F('week_on'))), name='xray_reading_is_of_its_week')],
            },
        ),
        SiteWall("XrayReading"),
    ]
