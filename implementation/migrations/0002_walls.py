"""The walls of site development's tables, and what no one may change in them."""

from django.db import migrations

from mst_sites.tenancy.walls import SiteWall

FOR_EVER = ("openingchange", "stagetransition", "gatedecision")

FROZEN = "\n".join(
    f"""
create trigger {table}_is_final before update or delete or truncate on implementation_{table}
    for each statement execute function mst_refuse_change();
revoke update, delete on implementation_{table} from mst_app;
"""
    for table in FOR_EVER
)
NOT_FROZEN = "\n".join(
    f"drop trigger {table}_is_final on implementation_{table};" for table in FOR_EVER
)


class Migration(migrations.Migration):
    dependencies = [
        ("implementation", "0001_plans"),
        ("tenancy", "0002_walls"),
        ("audit", "0002_chain"),
    ]
    operations = [
        SiteWall("Plan"),
        SiteWall("Activity"),
        SiteWall("OpeningChange"),
        SiteWall("StageTransition"),
        SiteWall("SiteFact"),
        SiteWall("GateDecision"),
        migrations.RunSQL(FROZEN, NOT_FROZEN),
    ]
