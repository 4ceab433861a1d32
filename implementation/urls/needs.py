"""Addresses of needs analyses, scenarios and papers for boards."""

from django.urls import path

from implementation.views import needs, scenarios

NEEDS = "sites/<slug:site_slug>/needs/"
SCENARIO = NEEDS + "scenarios/<uuid:pk>/"

urlpatterns = [
    path(NEEDS, needs.NeedsDetail.as_view(), name="needs-detail"),
    path(NEEDS + "change/", needs.NeedsChange.as_view(), name="needs-change"),
    path(NEEDS + "editions/<uuid:pk>/", needs.NeedsEdition.as_view(), name="needs-edition"),
    path(NEEDS + "paper/", needs.PaperRequest.as_view(), name="paper-request"),
    path(NEEDS + "scenarios/new/", scenarios.ScenarioCreate.as_view(), name="scenario-create"),
    path(
        NEEDS + "scenarios/calculate/",
        scenarios.ScenarioCalculate.as_view(),
        name="scenario-calculate",
    ),
    path(SCENARIO + "change/", scenarios.ScenarioChange.as_view(), name="scenario-change"),
    path(SCENARIO + "choose/", scenarios.ScenarioChoose.as_view(), name="scenario-choose"),
    path(SCENARIO + "put-away/", scenarios.ScenarioPutAway.as_view(), name="scenario-put-away"),
]
