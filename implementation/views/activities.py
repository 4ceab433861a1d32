"""Pages of one activity: what it is, what hangs on it, and each change of it."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import TemplateView

from implementation.forms import activities as forms
from implementation.models import Activity, PlanState
from implementation.operations import activities as operations
from implementation.operations import local_activities as local_operations
from implementation.queries.plans import activities_of
from implementation.queries.standing import placed_in
from implementation.tables import activities as tables
from implementation.views.plan_pages import ActivityPage, PlanFormPage, VersionedPage
from mst_sites.accounts.permissions import Permission
from mst_sites.records.forms import CommentForm
from mst_sites.records.models import Attachment, Comment
from mst_sites.records.pages import TakesFile
from mst_sites.records.queries import attachments_on, people_of, thread_of
from mst_sites.tenancy.pages import ButtonPage, OperationPage, versioned

CHANGED_SINCE = _("Somebody changed this activity in the meantime. Look at it again first.")

LOCAL_FIELDS = (
    "title",
    "purpose",
    "area",
    "lead",
    "evidence",
    "is_mandatory",
    "duration_days",
    "depends_on",
)


class ActivityDetail(ActivityPage, TemplateView):
    """One activity: what it is and why, its place in the plan, who and when, and what shows that it was done."""

    permission = Permission.PLAN_VIEW
    template_name = "implementation/activity_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan, activity = self.plan_or_404(), self.activity
        placed = {
            each.activity.code: each
            for each in placed_in(list(activities_of(plan)), today=self.today)
        }
        may_edit = self.may_write(Permission.PLAN_EDIT) and plan.state != PlanState.WITHDRAWN
        context: dict[str, Any] = {
            "activity": activity,
            "plan": plan,
            "facts": tables.activity_facts(placed[activity.code]),
            "answers": tables.answers(activity),
            "waits_for": tables.neighbours(
                (placed[code] for code in activity.depends_on if code in placed), self.site
            ),
            "waited_by": tables.neighbours(
                (each for each in placed.values() if activity.code in each.activity.depends_on),
                self.site,
            ),
            "may_edit": may_edit,
            "may_agree": may_edit
            and self.may_write(Permission.PLAN_MANAGE)
            and not activity.is_exclusion_agreed,
            "may_describe": activity.is_local and self.may(Permission.PLAN_MANAGE),
            "done_form": self.done_form() if may_edit and activity.is_applicable else None,
            "may_work": self.may(Permission.PLAN_WORK),
        }
        if context["may_work"]:
            context |= self.records()
        return super().get_context_data(**context, **kwargs)

    def done_form(self) -> forms.ActivityDoneForm:
        day = self.activity.completed_on or self.today
        form = forms.ActivityDoneForm(initial=versioned({"completed_on": day}, self.activity))
        if self.activity.completed_on:
            form.submit_label = _("Correct the day")
        form.address = self.address("activity-complete", self.activity.pk)
        return form

    def records(self) -> dict[str, Any]:
        """Return what hangs on the activity, for those who work on it."""
        address = self.address("activity-comment", self.activity.pk)
        return {
            "evidence": tables.evidence_table(
                attachments_on(self.activity, site=self.site), self.site
            ),
            "remarks": thread_of(self.activity, site=self.site),
            "comment_form": CommentForm(address=address),
        }


class ActivityFormPage(ActivityPage, VersionedPage):
    """A form about one activity, which leads back to it."""

    permission = Permission.PLAN_EDIT
    writes: ClassVar[tuple[type[Model], ...]] = (Activity,)
    success_message = _("Saved.")

    def back(self) -> str:
        return self.address("activity-detail", self.activity.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(lead=str(self.activity), **kwargs)


class ActivityChange(ActivityFormPage):
    form_class = forms.ActivityForm
    heading = _("Owner and forecast")

    def get_initial(self) -> dict[str, Any]:
        names = ("owner", "forecast_on", "is_fixed")
        return versioned({name: getattr(self.activity, name) for name in names}, self.activity)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "people": people_of(self.site)}

    def act(self, **values: Any) -> Activity:
        return operations.change_activity(activity=self.activity, **values, by=self.user)


class ActivityCreate(PlanFormPage):
    """Adds an activity to this site's plan alone."""

    permission = Permission.PLAN_MANAGE
    form_class = forms.LocalActivityForm
    heading = _("Add an activity for this site")
    lead = _(
        "It stands beside those of the template, marked as local, and stays when the plan is upgraded. "
        "What every site should do belongs in the template."
    )
    success_message = _("The activity is added.")
    writes = (Activity,)

    def get_initial(self) -> dict[str, Any]:
        return {"stage": self.plan_or_404().stage, "duration_days": 14}

    def get_form_kwargs(self) -> dict[str, Any]:
        there = [a for a in activities_of(self.plan_or_404()) if not a.is_left_over]
        return {**super().get_form_kwargs(), "steps": there}

    def act(self, *, row_id: UUID, **values: Any) -> Activity:
        return local_operations.add_activity(
            plan=self.plan_or_404(), activity_id=row_id, **values, now=self.now, by=self.user
        )

    def address_after(self, result: Activity) -> str:
        return self.address("activity-detail", result.pk)


class ActivityDescribe(ActivityFormPage):
    """Says in other words what an activity of the site's own is."""

    permission = Permission.PLAN_MANAGE
    form_class = forms.LocalActivityChangeForm
    heading = _("Change what it is")

    def check_permission(self) -> None:
        """Find the activity.

        :raises Http404: it is none of the site's own.
        """
        super().check_permission()
        if not self.activity.is_local:
            raise Http404

    def get_initial(self) -> dict[str, Any]:
        return versioned(
            {name: getattr(self.activity, name) for name in LOCAL_FIELDS}, self.activity
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        others = activities_of(self.plan_or_404()).exclude(pk=self.activity.pk)
        there = [a for a in others if not a.is_left_over]
        return {**super().get_form_kwargs(), "steps": there}

    def act(self, **values: Any) -> Activity:
        return local_operations.describe_activity(
            activity=self.activity, **values, now=self.now, by=self.user
        )


class ActivityComplete(ActivityFormPage):
    form_class = forms.ActivityDoneForm
    heading = _("Done")

    def get_initial(self) -> dict[str, Any]:
        day = self.activity.completed_on or self.today
        return versioned({"completed_on": day}, self.activity)

    def act(self, **values: Any) -> Activity:
        return operations.complete_activity(
            activity=self.activity, **values, now=self.now, by=self.user
        )


class ActivityExclude(ActivityFormPage):
    form_class = forms.ActivityExcludeForm
    heading = _("Does not apply")

    def get_initial(self) -> dict[str, Any]:
        reason = self.activity.not_applicable_reason  # to be agreed with, or put in other words
        return versioned({"not_applicable_reason": reason}, self.activity)

    def act(self, **values: Any) -> Activity:
        return operations.exclude_activity(
            activity=self.activity, **values, now=self.now, by=self.user
        )

    def show_clash(self, form: Any, current: Any) -> HttpResponse:
        """Take the same words for a second click only where this person said them: others' ask to be agreed with."""
        if current.excluded_by_id != self.user.pk:
            return OperationPage.show_clash(self, form, current)
        return super().show_clash(form, current)


class ActivityButton(ActivityPage, ButtonPage):
    """A button that takes an answer back."""

    permission = Permission.PLAN_EDIT
    changed_since = CHANGED_SINCE


class ActivityReopen(ActivityButton):
    done = _("The activity is open again.")

    def press(self, version: int) -> Activity:
        return operations.reopen_activity(activity=self.activity, version=version, by=self.user)


class ActivityInclude(ActivityButton):
    done = _("The activity applies again.")

    def press(self, version: int) -> Activity:
        return operations.include_activity(activity=self.activity, version=version, by=self.user)


class EvidenceCreate(TakesFile, ActivityFormPage):
    permission = Permission.PLAN_WORK
    form_class = forms.EvidenceForm
    heading = _("Add evidence")
    success_message = _("The file is kept.")
    writes = (Attachment,)

    def act(self, *, row_id: UUID, **values: Any) -> Attachment:
        return operations.attach_evidence(
            activity=self.activity, attachment_id=row_id, **values, now=self.now, by=self.user
        )


class ActivityComment(ActivityFormPage):
    """Adds a comment; what the activity's own page sent and was refused is shown here, with nothing lost."""

    permission = Permission.PLAN_WORK
    form_class = CommentForm
    heading = _("Comment")
    success_message = _("The comment is added.")
    writes = (Comment,)

    def get_form_kwargs(self) -> dict[str, Any]:
        address = self.address("activity-comment", self.activity.pk)
        return {**super().get_form_kwargs(), "address": address}

    def act(self, *, row_id: UUID, **values: Any) -> Comment:
        return operations.comment_activity(
            activity=self.activity, comment_id=row_id, **values, by=self.user
        )

    def get_success_url(self) -> str:
        return f"{self.back()}#comments"
