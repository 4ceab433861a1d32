"""Addresses of a site's plan and its activities."""

from django.urls import path

from implementation.views import activities, moves, plans, upgrades

PLAN = "sites/<slug:site_slug>/plan/"
ACTIVITY = f"{PLAN}activities/<uuid:pk>/"

urlpatterns = [
    path(PLAN, plans.PlanDetail.as_view(), name="plan-detail"),
    path(f"{PLAN}start/", plans.PlanStart.as_view(), name="plan-start"),
    path(f"{PLAN}guide/", plans.PlanGuide.as_view(), name="plan-guide"),
    path(f"{PLAN}activities/new/", activities.ActivityCreate.as_view(), name="activity-create"),
    path(f"{ACTIVITY}words/", activities.ActivityDescribe.as_view(), name="activity-describe"),
    path(f"{PLAN}roll/", plans.PlanRoll.as_view(), name="plan-roll"),
    path(f"{PLAN}opening/", plans.OpeningHistory.as_view(), name="opening-history"),
    path(f"{PLAN}opening/change/", plans.OpeningChange.as_view(), name="opening-change"),
    path(f"{PLAN}move/", moves.PlanMove.as_view(), name="plan-move"),
    path(f"{PLAN}hold/", moves.PlanHold.as_view(), name="plan-hold"),
    path(f"{PLAN}resume/", moves.PlanResume.as_view(), name="plan-resume"),
    path(f"{PLAN}withdraw/", moves.PlanWithdraw.as_view(), name="plan-withdraw"),
    path(f"{PLAN}upgrade/", upgrades.PlanUpgrade.as_view(), name="plan-upgrade"),
    path(ACTIVITY, activities.ActivityDetail.as_view(), name="activity-detail"),
    path(f"{ACTIVITY}change/", activities.ActivityChange.as_view(), name="activity-change"),
    path(f"{ACTIVITY}complete/", activities.ActivityComplete.as_view(), name="activity-complete"),
    path(f"{ACTIVITY}reopen/", activities.ActivityReopen.as_view(), name="activity-reopen"),
    path(f"{ACTIVITY}exclude/", activities.ActivityExclude.as_view(), name="activity-exclude"),
    path(f"{ACTIVITY}include/", activities.ActivityInclude.as_view(), name="activity-include"),
    path(f"{ACTIVITY}evidence/", activities.EvidenceCreate.as_view(), name="evidence-create"),
    path(f"{ACTIVITY}comment/", activities.ActivityComment.as_view(), name="activity-comment"),
]
