"""The directory app."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "mst_sites.directory"
    label = "directory"
