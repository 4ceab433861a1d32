"""An index of the few sites that are closed: lists of many sites say so of them without reading the others."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0003_days_of_openings'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='site',
            index=models.Index(
                models.F('id'), condition=models.Q(('phase', 'CLOSED')), name='site_closed'
            ),
        ),
    ]
