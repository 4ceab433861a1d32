"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "mst_sites.accounts"
    label = "accounts"
