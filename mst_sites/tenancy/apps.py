"""The tenancy app."""

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "mst_sites.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        from mst_sites.tenancy import checks  # noqa: F401, PLC0415 - registers itself once apps are loaded
