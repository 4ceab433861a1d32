"""What was said not to apply before anybody kept who said so: the audit knows."""

from django.db import migrations

from mst_sites.tenancy.walls import SEE_ALL

WHO_SAID_SO = """
update implementation_activity a
   set excluded_by_id = said.actor_id, is_exclusion_agreed = said.country_role <> ''
  from (select distinct on (e.site_id, e.subject_id) e.site_id, e.subject_id, e.actor_id, u.country_role
          from audit_auditentry e join accounts_user u on u.id = e.actor_id
         where e.action = 'activity.excluded'
         order by e.site_id, e.subject_id, e.number desc) said
 where said.site_id = a.site_id and said.subject_id = a.id::text
   and a.not_applicable_reason <> '' and a.excluded_by_id is null
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_names'),
        ('audit', '0002_chain'),
        ('implementation', '0018_agreed_exclusions'),
    ]

    operations = [
        migrations.RunSQL([SEE_ALL, WHO_SAID_SO], migrations.RunSQL.noop),
    ]
