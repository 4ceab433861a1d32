"""The records app."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "mst_sites.records"
    label = "records"
