"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "mst_sites.accounts"
    label = "accounts"

    def ready(self) -> None:
        from mst_sites.accounts import recovery_codes  # noqa: PLC0415 - reads models, once they are loaded

        recovery_codes.put_in_place()
