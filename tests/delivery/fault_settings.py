"""Settings of the processes that the fault tests start and kill: quick leases, and renderers that misbehave."""

from mst_sites.settings import *  # noqa: F403

DOCUMENT_RENDERERS = {
    "slow": "tests.delivery.fault_renderers.slow",
    "poison": "tests.delivery.fault_renderers.poison",
}
MAIL_TRANSPORT = "mst_sites.delivery.mail.FolderBackend"
STORAGES["staticfiles"]["BACKEND"] = (  # noqa: F405
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
CACHES = {"default": {"BACKEND": "mst_sites.accounts.attempts.AttemptCache"}}  # as in production
