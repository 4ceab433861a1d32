"""The demo app: a believable country for people who want to see the product at work."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "mst_sites.demo"
    label = "demo"
