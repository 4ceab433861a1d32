"""Pages on which a site moves to another stage, stops, and goes on."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from implementation.forms import plans as forms
from implementation.models import Plan, StageTransition, TransitionKind
from implementation.operations import moves as operations
from implementation.views.plan_pages import RecordPage
from mst_sites.accounts.permissions import Permission
from mst_sites.tenancy.pages import versioned


class MovePage(RecordPage):
    permission = Permission.PLAN_MANAGE
    kind: ClassVar[TransitionKind]
    adds = StageTransition
    writes = (StageTransition, Plan)

    def get_initial(self) -> dict[str, Any]:
        return versioned({"happened_on": self.today}, self.plan_or_404())

    def act(self, *, row_id: Any, **values: Any) -> Plan:
        return operations.move_plan(
            plan=self.plan_or_404(),
            kind=self.kind,
            move_id=row_id,
            **values,
            now=self.now,
            by=self.user,
        )


class PlanMove(MovePage):
    kind = TransitionKind.MOVE
    form_class = forms.StageMoveForm
    heading = _("Move to another stage")
    lead = _("What is moved stays on record for ever: forecasts of other sites rest on it.")
    success_message = _("The site has moved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "stage": self.plan_or_404().stage}


class PlanHold(MovePage):
    kind = TransitionKind.HOLD
    form_class = forms.HoldForm
    heading = _("Put on hold")
    lead = _("Nobody is reminded of anything until the site is taken up again. Nothing is lost.")
    success_message = _("The site is on hold.")


class PlanResume(MovePage):
    kind = TransitionKind.RESUME
    form_class = forms.ResumeForm
    heading = _("Take up again")
    lead = _("The site goes on in the stage in which it stopped.")
    success_message = _("The site goes on.")


class PlanWithdraw(MovePage):
    kind = TransitionKind.WITHDRAW
    form_class = forms.WithdrawForm
    heading = _("Withdraw")
    lead = _("For a site that will not go on. Everything stays readable, and it can come back.")
    success_message = _("The site is withdrawn.")
