"""The look of the product: components, charts and form layout. It knows nothing of the data."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "mst_sites.look"
