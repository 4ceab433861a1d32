"""The walls of delivery's tables."""

from django.db import migrations

from mst_sites.tenancy.walls import SiteWall

# Whoever is told something may be written to; what was written is for the worker and MST UK alone.
MAIL = """
alter table delivery_outgoingmail enable row level security;
alter table delivery_outgoingmail force row level security;
create policy in_scope on delivery_outgoingmail
    using ((select mst_scope_is_whole()))
    with check ((select mst_scope_is_whole()) or site_id is null
                or site_id in (select unnest((select mst_scope_sites()))));
"""
NO_MAIL = """
drop policy in_scope on delivery_outgoingmail;
alter table delivery_outgoingmail disable row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial"), ("tenancy", "0002_walls")]
    operations = [SiteWall("Document"), migrations.RunSQL(MAIL, NO_MAIL)]
