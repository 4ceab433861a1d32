"""The audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "mst_sites.audit"
    label = "audit"
