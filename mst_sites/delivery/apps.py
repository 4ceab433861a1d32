"""The delivery app."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "mst_sites.delivery"
    label = "delivery"
