"""Addresses of the money of a site."""

from django.urls import path

from implementation.views import costs, funding

FUNDING = "sites/<slug:site_slug>/funding/"
SOURCE = FUNDING + "sources/<uuid:pk>/"
COST = FUNDING + "costs/<uuid:pk>/"

urlpatterns = [
    path(FUNDING, funding.FundingDetail.as_view(), name="funding-detail"),
    path(FUNDING + "sources/new/", funding.FundingCreate.as_view(), name="funding-create"),
    path(SOURCE + "change/", funding.FundingChange.as_view(), name="funding-change"),
    path(SOURCE + "confirm/", funding.FundingConfirm.as_view(), name="funding-confirm"),
    path(SOURCE + "withdraw/", funding.FundingWithdraw.as_view(), name="funding-withdraw"),
    path(FUNDING + "costs/new/", costs.CostCreate.as_view(), name="cost-create"),
    path(COST + "change/", costs.CostChange.as_view(), name="cost-change"),
    path(COST + "remove/", costs.CostRemove.as_view(), name="cost-remove"),
    path(
        FUNDING + "sustainability/",
        costs.SustainabilityChange.as_view(),
        name="sustainability-change",
    ),
]
