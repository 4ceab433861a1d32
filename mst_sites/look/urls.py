"""Addresses of look: what anybody may read, and the kit, which production does not serve."""

from django.urls import path

from mst_sites.look import views

urlpatterns = [
    path("about/", views.About.as_view(), name="about"),
    path("accessibility/", views.Accessibility.as_view(), name="accessibility"),
    path("privacy/", views.Privacy.as_view(), name="privacy"),
    path("kit/", views.Kit.as_view(), name="kit"),
    path("kit/progress/", views.KitProgress.as_view(), name="kit-progress"),
]
