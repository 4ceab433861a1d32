"""Editions of the self-assessment: drafts beside those in use, and what was published stays as it is."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FROZEN = """
create trigger questionnaire_is_final before update or delete on implementation_changequestionnaire
    for each row when (old.published_at is not null) execute function mst_refuse_change();
create trigger questionnaire_is_not_truncated before truncate on implementation_changequestionnaire
    for each statement execute function mst_refuse_change();

create function mst_refuse_published_statement() returns trigger
language plpgsql set search_path = pg_catalog as $$
declare
    edition bigint;
    is_published boolean;
begin
    foreach edition in array array[
        case when tg_op <> 'INSERT' then old.questionnaire_id end,
        case when tg_op <> 'DELETE' then new.questionnaire_id end
    ] loop
        -- The lock makes whoever writes a statement wait for whoever publishes its draft at the same moment.
        select q.published_at is not null into is_published
            from public.implementation_changequestionnaire q where q.id = edition for share;
        if is_published then
            raise exception 'a statement of a published edition cannot be changed' using errcode = '42501';
        end if;
    end loop;
    if tg_op = 'DELETE' then return old; end if;
    return new;
end $$;
create trigger statement_is_final before insert or update or delete on implementation_changestatement
    for each row execute function mst_refuse_published_statement();
create trigger statement_is_not_truncated before truncate on implementation_changestatement
    for each statement execute function mst_refuse_change();
"""
NOT_FROZEN = """
drop trigger statement_is_not_truncated on implementation_changestatement;
drop trigger statement_is_final on implementation_changestatement;
drop function mst_refuse_published_statement;
drop trigger questionnaire_is_not_truncated on implementation_changequestionnaire;
drop trigger questionnaire_is_final on implementation_changequestionnaire;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_chain'),
        ('implementation', '0014_local_activities'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='changequestionnaire',
            name='published_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='changequestionnaire',
            name='version',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='changequestionnaire',
            name='what_changed',
            field=models.TextField(blank=True, max_length=2000, verbose_name='what changed'),
        ),
        migrations.AlterField(
            model_name='changequestionnaire',
            name='number',
            field=models.PositiveIntegerField(unique=True, verbose_name='edition'),
        ),
        migrations.AlterField(
            model_name='changequestionnaire',
            name='published_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='published'),
        ),
        migrations.AddConstraint(
            model_name='changequestionnaire',
            constraint=models.UniqueConstraint(fields=('published_at',), name='changequestionnaire_has_one_draft', nulls_distinct=False, violation_error_message='There is a draft already.'),
        ),
        migrations.RunSQL(FROZEN, NOT_FROZEN),
    ]
