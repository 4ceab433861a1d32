"""The walls of records' tables; a signature cannot be changed even by the owner of its table."""

from django.db import migrations

from mst_sites.tenancy.walls import SiteWall

SIGNED = """
create trigger sign_off_is_final before update or delete or truncate on records_signoff
    for each statement execute function mst_refuse_change();
revoke update, delete on records_signoff from mst_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_initial"),
        ("audit", "0002_chain"),
        ("tenancy", "0002_walls"),
    ]
    operations = [
        SiteWall("Action"),
        SiteWall("Comment"),
        SiteWall("Attachment"),
        SiteWall("SignOff"),
        migrations.RunSQL(SIGNED, "drop trigger sign_off_is_final on records_signoff"),
    ]
