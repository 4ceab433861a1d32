"""The dashboards app."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "mst_sites.dashboards"
    label = "dashboards"
