"""Addresses of look: the kit, which production does not serve."""

from django.urls import path

from mst_sites.look import views

urlpatterns = [
    path("kit/", views.Kit.as_view(), name="kit"),
    path("kit/progress/", views.KitProgress.as_view(), name="kit-progress"),
]
