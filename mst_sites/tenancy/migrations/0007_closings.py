"""That a site was closed or taken up again: when, by whom and why. It is added to, and never changed."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from mst_sites.tenancy.walls import SiteWall

FROZEN = """
create trigger phasechange_is_final before update or delete or truncate on tenancy_phasechange
    for each statement execute function mst_refuse_change();
revoke update, delete on tenancy_phasechange from mst_app;
"""
NOT_FROZEN = "drop trigger phasechange_is_final on tenancy_phasechange;"


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_chain'),
        ('tenancy', '0006_names_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PhaseChange',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('phase', models.CharField(choices=[('CLOSED', 'Closed'), ('LIVE', 'Live')], max_length=12, verbose_name='phase')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('changed_at', models.DateTimeField(verbose_name='when')),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
            ],
            options={
                'indexes': [models.Index(models.F('site'), models.F('changed_at'), name='phase_change_by_day')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('phase__in', ['CLOSED', 'LIVE'])), name='phase_change_closes_or_takes_up'),
                    models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='phase_change_says_why', violation_error_message='Say why.'),
                ],
            },
        ),
        SiteWall("PhaseChange"),
        migrations.RunSQL(FROZEN, NOT_FROZEN),
    ]
