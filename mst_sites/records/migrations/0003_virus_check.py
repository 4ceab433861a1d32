"""What the virus scanner said of a file; those kept before count as not asked about, and are given out as ever."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0002_walls'),
        ('tenancy', '0003_days_of_openings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='scan',
            field=models.CharField(choices=[('NONE', 'Not asked'), ('WAITING', 'Waiting for the virus check'), ('CLEAN', 'No virus found'), ('INFECTED', 'Virus found')], db_default='NONE', default='NONE', max_length=8, verbose_name='virus check'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='scan_attempts',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='attachment',
            name='scan_due_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='attachment',
            name='virus',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=100, verbose_name='virus found'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(models.F('scan_due_at'), condition=models.Q(('scan', 'WAITING')), name='attachment_waits_for_scan'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('scan', 'WAITING'), _negated=True), ('scan_due_at__isnull', False), _connector='OR'), name='attachment_waiting_has_its_moment', violation_error_message='A file that waits for the virus check needs its turn.'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('scan', 'INFECTED'), _negated=True), ('file', ''), _connector='OR'), name='attachment_with_a_virus_is_not_kept', violation_error_message='A file with a virus is not kept.'),
        ),
    ]
