"""What MST UK answered to a note that asked it: added to, and never changed."""

import django.db.models.deletion
import mst_sites.tenancy.models
import uuid
from django.conf import settings
from django.db import migrations, models

from mst_sites.tenancy.walls import SiteWall

FROZEN = """
create trigger escalation_answer_is_frozen before update or delete or truncate on consultation_escalationanswer
    for each statement execute function mst_refuse_change();
revoke update, delete on consultation_escalationanswer from mst_app;
"""
NOT_FROZEN = "drop trigger escalation_answer_is_frozen on consultation_escalationanswer;"


class Migration(migrations.Migration):

    dependencies = [
        ('consultation', '0004_review_words_and_tam_r_by_day'),
        ('tenancy', '0005_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EscalationAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('raised_in', models.PositiveIntegerField()),
                ('text', models.TextField(max_length=2000, verbose_name='answer')),
                ('identifier_reason', models.CharField(blank=True, db_default='', max_length=500, verbose_name='why it is right to keep what looks like an identifier')),
                ('answered_at', models.DateTimeField(verbose_name='answered')),
            ],
        ),
        migrations.AddField(
            model_name='note',
            name='escalated_in',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name='note',
            index=models.Index(condition=models.Q(('is_escalated', True)), fields=['filed_at'], name='note_escalated'),
        ),
        migrations.AddField(
            model_name='escalationanswer',
            name='answered_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='escalationanswer',
            name='note',
            field=mst_sites.tenancy.models.SiteForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='escalation_answers', to='consultation.note'),
        ),
        migrations.AddField(
            model_name='escalationanswer',
            name='site',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site'),
        ),
        migrations.AddConstraint(
            model_name='escalationanswer',
            constraint=models.UniqueConstraint(fields=('site', 'note', 'raised_in'), name='escalation_answered_once', violation_error_message='This has been answered already.'),
        ),
        SiteWall("EscalationAnswer"),
        migrations.RunSQL(FROZEN, NOT_FROZEN),
    ]
