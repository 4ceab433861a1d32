"""Activities that a site has beside those of its template."""

import django.contrib.postgres.fields
import django.core.validators
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('implementation', '0013_attendance_corrections'),
        ('tenancy', '0003_days_of_openings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='activity',
            name='is_local',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AlterField(
            model_name='activity',
            name='code',
            field=models.CharField(max_length=3, validators=[django.core.validators.RegexValidator('^[A-F](L[1-9]|[1-9][0-9]?)\\Z', 'Use the letter of the stage and a number, such as C4.')], verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='activity',
            name='depends_on',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=3, validators=[django.core.validators.RegexValidator('^[A-F](L[1-9]|[1-9][0-9]?)\\Z', 'Use the letter of the stage and a number, such as C4.')]), blank=True, default=list, size=None, verbose_name='waits for'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('is_local', False), ('is_left_over', False), _connector='OR'), name='activity_of_a_site_is_never_left_over'),
        ),
    ]
