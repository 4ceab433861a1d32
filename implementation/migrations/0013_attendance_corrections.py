"""What was put right in the attendance of a closed meeting: added to, and never changed."""

import django.db.models.deletion
import mst_sites.tenancy.models
import uuid
from django.conf import settings
from django.db import migrations, models

from mst_sites.tenancy.walls import SiteWall

FROZEN = """
create trigger attendancecorrection_is_final before update or delete or truncate on implementation_attendancecorrection
    for each statement execute function mst_refuse_change();
revoke update, delete on implementation_attendancecorrection from mst_app;
"""
NOT_FROZEN = "drop trigger attendancecorrection_is_final on implementation_attendancecorrection;"


class Migration(migrations.Migration):

    dependencies = [
        ('implementation', '0012_days_of_milestones'),
        ('tenancy', '0002_walls'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AttendanceCorrection',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('changes', models.JSONField(default=list, editable=False)),
                ('reason', models.CharField(max_length=300, verbose_name='why it is corrected')),
                ('corrected_at', models.DateTimeField()),
                ('corrected_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', mst_sites.tenancy.models.SiteForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='attendance_corrections', to='implementation.meeting')),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
            ],
            options={
                'indexes': [models.Index(models.F('site'), models.F('meeting'), models.F('corrected_at'), name='attendance_put_right')],
            },
        ),
        SiteWall("AttendanceCorrection"),
        migrations.RunSQL(FROZEN, NOT_FROZEN),
    ]
