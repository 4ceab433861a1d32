"""Indexes on the days of openings: what is newest is found without reading every site."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0002_walls'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='site',
            index=models.Index(models.F('opened_on'), name='site_by_opening'),
        ),
        migrations.AddIndex(
            model_name='team',
            index=models.Index(models.F('opened_on'), name='team_by_opening'),
        ),
    ]
