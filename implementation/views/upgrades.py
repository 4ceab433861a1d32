"""The page on which a plan is brought to the edition of its template that is in use."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from implementation.forms.plans import UpgradeForm
from implementation.models import Plan
from implementation.operations import upgrades as operations
from implementation.queries.upgrades import template_for_upgrade, upgrade_of
from implementation.tables.templates import upgrade_table
from implementation.views.plan_pages import PlanFormPage
from mst_sites.accounts.permissions import Permission
from mst_sites.tenancy.pages import versioned


class PlanUpgrade(PlanFormPage):
    """Shows what will change, and changes it when asked."""

    permission = Permission.PLAN_MANAGE
    form_class = UpgradeForm
    template_name = "implementation/plan_upgrade.html"
    heading = _("Upgrade the plan")
    success_message = _("The plan is of the new edition.")

    def get_initial(self) -> dict[str, Any]:
        template = template_for_upgrade(self.plan_or_404())
        chosen = {"template": template.pk} if template else {}
        return versioned(chosen, self.plan_or_404())

    def act(self, **values: Any) -> Plan:
        return operations.upgrade_plan(
            plan=self.plan_or_404(), **values, now=self.now, by=self.user
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        template = template_for_upgrade(self.plan_or_404())
        table = upgrade_table(upgrade_of(self.plan_or_404(), template)) if template else None
        return super().get_context_data(template=template, table=table, **kwargs)
