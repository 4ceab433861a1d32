"""Addresses of the pages over many sites."""

from django.urls import path

from implementation.views import portfolio as views

urlpatterns = [
    path("portfolio/", views.PortfolioList.as_view(), name="portfolio-list"),
    path("portfolio/names/", views.PortfolioNameList.as_view(), name="portfolio-name-list"),
    path("portfolio/export/", views.PortfolioExport.as_view(), name="portfolio-export"),
    path("portfolio/views/new/", views.SavedViewCreate.as_view(), name="saved-view-create"),
    path(
        "portfolio/views/<uuid:pk>/delete/",
        views.SavedViewDelete.as_view(),
        name="saved-view-delete",
    ),
]
