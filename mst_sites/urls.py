"""The addresses of the whole application: each app keeps its own."""

from django.urls import include, path

handler403 = "mst_sites.tenancy.faults.show_forbidden"
handler404 = "mst_sites.tenancy.faults.show_absent"
handler500 = "mst_sites.tenancy.faults.show_fault"

urlpatterns = [
    path("", include("mst_sites.dashboards.urls")),
    path("", include("mst_sites.look.urls")),
    path("", include("mst_sites.accounts.urls")),
    path("", include("mst_sites.directory.urls")),
    path("", include("mst_sites.audit.urls")),
    path("", include("mst_sites.records.urls")),
    path("", include("mst_sites.delivery.urls")),
    path("", include("implementation.urls")),
    path("", include("consultation.urls")),
]
