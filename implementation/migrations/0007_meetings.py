"""Steering groups and meetings, the walls of their tables, and decisions that stay as they were taken."""

import django.core.validators
import django.db.models.deletion
import mst_sites.tenancy.models
import uuid
from django.conf import settings
from django.db import migrations, models

from mst_sites.tenancy.walls import SiteWall


# What a closed meeting decided stays: a later decision corrects it.
FINAL = """
create function mst_refuse_decided() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    if exists (select 1 from public.implementation_meeting m where m.id = old.meeting_id and m.state = 'CLOSED') then
        raise exception 'a decision of a closed meeting cannot be changed' using errcode = '42501';
    end if;
    if tg_op = 'DELETE' then return old; end if;
    return new;
end $$;
create trigger decision_is_final before update or delete on implementation_decision
    for each row execute function mst_refuse_decided();
"""
NOT_FINAL = """
drop trigger decision_is_final on implementation_decision;
drop function mst_refuse_decided;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('implementation', '0006_money'),
        ('tenancy', '0002_walls'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MeetingSeries',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('STEERING_GROUP', 'Steering group'), ('SET_UP', 'Set-up meeting with MST UK'), ('CALL', 'Conference call'), ('READINESS_DAY', 'Readiness day'), ('OTHER', 'Other meeting')], max_length=16, verbose_name='kind')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('link', models.CharField(blank=True, max_length=300, verbose_name='link or telephone')),
                ('every_weeks', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(52)], verbose_name='every how many weeks')),
                ('first_on', models.DateField(verbose_name='first day')),
                ('begins_at', models.TimeField(verbose_name='time')),
                ('minutes', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(1440)], verbose_name='minutes')),
                ('version', models.PositiveIntegerField(default=1)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
            ],
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('STEERING_GROUP', 'Steering group'), ('SET_UP', 'Set-up meeting with MST UK'), ('CALL', 'Conference call'), ('READINESS_DAY', 'Readiness day'), ('OTHER', 'Other meeting')], max_length=16, verbose_name='kind')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('link', models.CharField(blank=True, max_length=300, verbose_name='link or telephone')),
                ('series_on', models.DateField(blank=True, editable=False, null=True)),
                ('starts_at', models.DateTimeField(verbose_name='begins')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('state', models.CharField(choices=[('PLANNED', 'Planned'), ('CANCELLED', 'Cancelled'), ('CLOSED', 'Held and closed')], default='PLANNED', max_length=10, verbose_name='state')),
                ('cancel_reason', models.CharField(blank=True, max_length=300, verbose_name='why it was cancelled')),
                ('sequence', models.PositiveIntegerField(default=0, editable=False)),
                ('agenda', models.JSONField(blank=True, default=list, editable=False)),
                ('is_quorate', models.BooleanField(blank=True, editable=False, null=True, verbose_name='quorate')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('version', models.PositiveIntegerField(default=1)),
                ('called_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
                ('series', mst_sites.tenancy.models.SiteForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='implementation.meetingseries')),
            ],
        ),
        migrations.CreateModel(
            name='Minutes',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField(blank=True, max_length=50000, verbose_name='minutes')),
                ('identifier_reason', models.CharField(blank=True, max_length=500)),
                ('saved_from', models.UUIDField(blank=True, editable=False, null=True)),
                ('saved_at', models.DateTimeField(verbose_name='saved')),
                ('version', models.PositiveIntegerField(default=1)),
                ('meeting', mst_sites.tenancy.models.SiteForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='minutes_rows', to='implementation.meeting')),
                ('saved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
            ],
        ),
        migrations.CreateModel(
            name='SteeringGroup',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('terms', models.TextField(blank=True, max_length=10000, verbose_name='terms of reference')),
                ('formed_on', models.DateField(verbose_name='formed on')),
                ('cycle_weeks', models.PositiveSmallIntegerField(default=12, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(52)], verbose_name='weeks from one meeting to the next')),
                ('quorum_members', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(200)], verbose_name='members needed for a quorum')),
                ('quorum_agencies', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(200)], verbose_name='agencies needed for a quorum')),
                ('version', models.PositiveIntegerField(default=1)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
            ],
        ),
        migrations.CreateModel(
            name='SteeringMember',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('agency', models.CharField(blank=True, max_length=120, verbose_name='agency')),
                ('seat', models.CharField(choices=[('CHILDREN', "Children's services"), ('YOUTH_JUSTICE', 'Youth justice'), ('EDUCATION', 'Education'), ('HEALTH', 'Health'), ('POLICE', 'Police'), ('PROVIDER', 'Provider'), ('MST_UK', 'MST UK'), ('COMMISSIONER', 'Commissioner'), ('COURTS', 'Courts'), ('VOLUNTARY', 'Voluntary sector'), ('FAMILIES', 'Voice of families'), ('OTHER', 'Other')], max_length=14, verbose_name='seat')),
                ('is_chair', models.BooleanField(default=False, verbose_name='chairs the group')),
                ('joined_on', models.DateField(verbose_name='joined on')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='left on')),
                ('version', models.PositiveIntegerField(default=1)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organisation', verbose_name='organisation in the application')),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person in the application')),
            ],
        ),
        migrations.CreateModel(
            name='Invitee',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('agency', models.CharField(blank=True, max_length=120, verbose_name='agency')),
                ('told_sequence', models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ('attendance', models.CharField(blank=True, choices=[('PRESENT', 'Present'), ('APOLOGIES', 'Apologies'), ('ABSENT', 'Absent')], default='', max_length=10, verbose_name='attendance')),
                ('minutes_sent_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('meeting', mst_sites.tenancy.models.SiteForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='invitees', to='implementation.meeting')),
                ('member', mst_sites.tenancy.models.SiteForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='implementation.steeringmember')),
            ],
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=1000, verbose_name='decision')),
                ('decided_on', models.DateField(verbose_name='decided on')),
                ('recorded_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('corrects', mst_sites.tenancy.models.SiteForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='implementation.decision', verbose_name='corrects')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
                ('meeting', mst_sites.tenancy.models.SiteForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='implementation.meeting')),
            ],
            options={
                'indexes': [models.Index(models.F('site'), models.F('meeting'), models.F('recorded_at'), name='decision_of_meeting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('corrects__isnull', False)), fields=('site', 'corrects'), name='decision_is_corrected_once', violation_error_message='This decision is corrected by another one already.')],
            },
        ),
        migrations.CreateModel(
            name='AgendaPoint',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.CharField(max_length=300, verbose_name='point')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('site', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.site')),
                ('meeting', mst_sites.tenancy.models.SiteForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='points', to='implementation.meeting')),
                ('settled_in', mst_sites.tenancy.models.SiteForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='implementation.meeting')),
            ],
            options={
                'indexes': [models.Index(models.F('site'), models.F('meeting'), models.F('position'), name='agenda_of_meeting')],
            },
        ),
        migrations.AddIndex(
            model_name='meetingseries',
            index=models.Index(models.F('site'), models.F('first_on'), name='series_of_site'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(models.F('site'), models.F('kind'), models.F('starts_at'), name='meeting_of_site'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(models.F('starts_at'), condition=models.Q(('state', 'PLANNED')), name='meeting_planned'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(condition=models.Q(('series__isnull', False)), fields=('site', 'series', 'series_on'), name='meeting_once_per_day_of_a_series', violation_error_message='The series has its meeting on this day already.'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='meeting_ends_after_it_begins', violation_error_message='A meeting ends after it begins.'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'CLOSED')), models.Q(models.Q(('state', 'CLOSED'), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='meeting_closed_has_its_moment'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'CANCELLED'), ('cancel_reason', ''), _connector='OR'), name='meeting_held_has_no_reason_to_be_cancelled'),
        ),
        migrations.AddConstraint(
            model_name='minutes',
            constraint=models.UniqueConstraint(models.F('site'), models.F('meeting'), name='minutes_once_per_meeting'),
        ),
        migrations.AddConstraint(
            model_name='steeringgroup',
            constraint=models.UniqueConstraint(models.F('site'), name='steering_group_once_per_site', violation_error_message='This site has its steering group already.'),
        ),
        migrations.AddConstraint(
            model_name='steeringgroup',
            constraint=models.CheckConstraint(condition=models.Q(('quorum_agencies__lte', models.F('quorum_members'))), name='steering_quorum_has_a_member_of_each_agency', violation_error_message='A quorum cannot need more agencies than members.'),
        ),
        migrations.AddConstraint(
            model_name='steeringmember',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('email', ''), ('name', ''), ('user__isnull', False)), models.Q(('user__isnull', True), models.Q(('name', ''), _negated=True)), _connector='OR'), name='member_is_a_person_or_a_name', violation_error_message='Choose a person, or give a name: one of the two.'),
        ),
        migrations.AddConstraint(
            model_name='steeringmember',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agency', ''), ('organisation__isnull', False)), models.Q(('organisation__isnull', True), models.Q(('agency', ''), _negated=True)), _connector='OR'), name='member_speaks_for_one_agency', violation_error_message="Choose an organisation, or write the agency's name."),
        ),
        migrations.AddConstraint(
            model_name='steeringmember',
            constraint=models.CheckConstraint(condition=models.Q(('left_on', None), ('left_on__gte', models.F('joined_on')), _connector='OR'), name='member_leaves_after_joining', violation_error_message='Nobody leaves before they joined.'),
        ),
        migrations.AddConstraint(
            model_name='steeringmember',
            constraint=models.UniqueConstraint(condition=models.Q(('is_chair', True), ('left_on', None)), fields=('site',), name='steering_group_has_one_chair', violation_error_message='The group has a chair: take the chair from them first.'),
        ),
        migrations.AddConstraint(
            model_name='steeringmember',
            constraint=models.UniqueConstraint(condition=models.Q(('left_on', None)), fields=('site', 'user'), name='member_sits_once_at_a_time', violation_error_message='This person is a member already.'),
        ),
        migrations.AddIndex(
            model_name='invitee',
            index=models.Index(models.F('user'), models.F('meeting'), name='invitee_by_user'),
        ),
        migrations.AddConstraint(
            model_name='invitee',
            constraint=models.UniqueConstraint(condition=models.Q(('email', ''), _negated=True), fields=('site', 'meeting', 'email'), name='invitee_once_per_address', violation_error_message='Somebody with this e-mail is invited already.'),
        ),
        migrations.AddConstraint(
            model_name='invitee',
            constraint=models.UniqueConstraint(condition=models.Q(('member__isnull', False)), fields=('site', 'meeting', 'member'), name='invitee_once_per_member', violation_error_message='This member is invited already.'),
        ),
        SiteWall("SteeringGroup"),
        SiteWall("SteeringMember"),
        SiteWall("MeetingSeries"),
        SiteWall("Meeting"),
        SiteWall("Invitee"),
        SiteWall("AgendaPoint"),
        SiteWall("Minutes"),
        SiteWall("Decision"),
        migrations.RunSQL(FINAL, NOT_FINAL),
    ]
