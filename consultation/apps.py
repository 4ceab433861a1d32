"""The consultation app."""

from django.apps import AppConfig


class ConsultationConfig(AppConfig):
    name = "consultation"
    label = "consultation"
