"""The walls of consultation's tables, and what no one may change in them."""

from django.db import migrations

from mst_sites.tenancy.walls import SiteWall

FROZEN = """
create trigger note_version_is_frozen before update or delete or truncate on consultation_noteversion
    for each statement execute function mst_refuse_change();
revoke update, delete on consultation_noteversion from mst_app;

create trigger review_is_frozen_once_issued before update or delete on consultation_review
    for each row when (old.state = 'ISSUED') execute function mst_refuse_change();
"""
NOT_FROZEN = """
drop trigger note_version_is_frozen on consultation_noteversion;
drop trigger review_is_frozen_once_issued on consultation_review;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("consultation", "0001_initial"),
        ("tenancy", "0002_walls"),
        ("audit", "0002_chain"),
    ]
    operations = [
        SiteWall("EpisodeImport"),
        SiteWall("Episode"),
        SiteWall("TamR"),
        SiteWall("Note"),
        SiteWall("Attendance"),
        SiteWall("NoteVersion"),
        SiteWall("Review"),
        migrations.RunSQL(FROZEN, NOT_FROZEN),
    ]
