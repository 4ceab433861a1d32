"""What MST UK starts from: the reasons for closing a case and the targets of standard MST."""

from decimal import Decimal
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# code, group, text, whether it asks for an explanation. The groups follow from the published
# cohorts; the list itself is for MST UK to confirm.
CLOSURE_REASONS = (
    ("COMP", "COMPLETED", "closed by mutual agreement, goals met sufficiently", False),
    ("NENG", "NOT_ENGAGED", "lack of engagement", False),
    ("PLAC", "PLACED", "placed out of home during treatment (custody, care, hospital)", False),
    ("PLPR", "ADMINISTRATIVE", "placed for an event before MST began", False),
    ("MOVE", "ADMINISTRATIVE", "family moved away", False),
    ("WDRW", "ADMINISTRATIVE", "funding or referrer withdrew", False),
    ("INAP", "ADMINISTRATIVE", "not suitable, or referred in error", False),
    ("PROG", "ADMINISTRATIVE", "programme reasons (staffing, closure)", False),
    ("OTHR", "ADMINISTRATIVE", "other", True),
)
PUBLISHED = "csi-online.org/youth_services/outcomes.html"
BRIEFING = "What is MST?, MST UK, 13 May 2016"
ASSUMED = "assumption, for MST UK to confirm"
# figure, rule, target, upper end, source: in the unit of the figure (per cent, days, score, families).
STANDARD = (
    ("M10", ">=", "85", None, PUBLISHED),
    ("M11", "<", "5", None, PUBLISHED),
    ("M12", "<", "10", None, PUBLISHED),
    ("M20", ">=", "90", None, PUBLISHED),
    ("M21", ">=", "90", None, PUBLISHED),
    ("M22", ">=", "90", None, PUBLISHED),
    ("M40", "between", "100", "140", PUBLISHED),
    ("M50", "between", "4", "6", BRIEFING),
    ("M60", ">=", "70", None, ASSUMED),
    ("M61", ">=", "100", None, ASSUMED),
    ("M62", ">=", "0.61", None, PUBLISHED),
    ("M63", ">=", "80", None, PUBLISHED),
    ("M71", ">=", "90", None, ASSUMED),
    ("M75", ">=", "2", None, "boosters are quarterly; two in a half-year"),
)


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    reason: Any = apps.get_model("consultation", "ClosureReason")
    for position, (code, group, text, needs_text) in enumerate(CLOSURE_REASONS):
        reason.objects.create(
            code=code, group=group, text=text, needs_text=needs_text, position=position
        )
    target_set: Any = apps.get_model("consultation", "TargetSet")
    target: Any = apps.get_model("consultation", "Target")
    standard = target_set.objects.create(model="standard")
    for metric, operator, value, upper, source in STANDARD:
        target.objects.create(
            target_set=standard,
            metric=metric,
            operator=operator,
            value=Decimal(value),
            upper=upper and Decimal(upper),
            source=source,
        )


class Migration(migrations.Migration):
    dependencies = [("consultation", "0002_walls")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
