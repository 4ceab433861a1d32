"""Indexes on the days of facts and of decisions: the newest milestones are found without reading all of them."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('implementation', '0011_frozen_editions'),
        ('tenancy', '0003_days_of_openings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='gatedecision',
            index=models.Index(models.F('decided_on'), name='gate_decision_by_day'),
        ),
        migrations.AddIndex(
            model_name='sitefact',
            index=models.Index(models.F('code'), models.F('holds_on'), condition=models.Q(('withdrawn_at', None)), name='fact_by_its_day'),
        ),
    ]
