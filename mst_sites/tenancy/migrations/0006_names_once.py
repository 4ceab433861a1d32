"""A name stands for one site, and for one organisation of its kind, whatever its letter case; organisations can be changed.

Names that differ in letter case or blanks at most are told apart first. The earliest keeps its name; a site gets its
address behind it, an organisation a number: MST UK can put better words there. One transaction, so that it can be
run again if an older release added such a name meanwhile.
"""

from django.db import migrations, models
from django.db.models.functions import Lower, Trim

from mst_sites.tenancy.walls import SEE_ALL

SITES = """
update tenancy_site as s
   set name = left(btrim(s.name), 117 - length(s.slug)) || ' (' || s.slug || ')', version = s.version + 1
  from (select id, row_number() over (partition by lower(btrim(name)) order by created_at, id) as place
          from tenancy_site) as alike
 where alike.id = s.id and alike.place > 1
"""
ORGANISATIONS = """
update tenancy_organisation as o
   set name = left(btrim(o.name), 110) || ' (' || alike.place || ')'
  from (select id, row_number() over (partition by lower(btrim(name)), kind order by id) as place
          from tenancy_organisation) as alike
 where alike.id = o.id and alike.place > 1
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tenancy', '0005_names'),
    ]

    operations = [
        migrations.RunSQL([SEE_ALL, SITES, ORGANISATIONS], migrations.RunSQL.noop),
        migrations.AddField(
            model_name='organisation',
            name='version',
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.RemoveConstraint(
            model_name='organisation',
            name='organisation_once_per_kind',
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.UniqueConstraint(Lower(Trim('name')), models.F('kind'), name='organisation_once_per_kind', violation_error_message='This organisation is here already. Another one of this kind has the same name.'),
        ),
        migrations.AddConstraint(
            model_name='site',
            constraint=models.UniqueConstraint(Lower(Trim('name')), name='site_told_apart_by_its_name', violation_error_message='Another site is called this already, and people tell sites apart by their names. Add what tells this one apart, such as its county.'),
        ),
    ]
