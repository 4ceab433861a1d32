"""The implementation app."""

from django.apps import AppConfig


class ImplementationConfig(AppConfig):
    name = "implementation"
    label = "implementation"
