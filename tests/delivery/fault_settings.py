"""Settings of the processes that the fault tests start and kill: quick leases, and places where they wait."""

from mst_sites.settings import *  # noqa: F403

DOCUMENT_RENDERERS = {
    "slow": "tests.delivery.fault_renderers.slow",
    "poison": "tests.delivery.fault_renderers.poison",
}
MAIL_TRANSPORT = "tests.delivery.fault_holds.CountingBackend"
MIDDLEWARE += ["tests.delivery.fault_holds.HeldRequest"]  # noqa: F405
STORAGES["staticfiles"]["BACKEND"] = (  # noqa: F405
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
CACHES = {"default": {"BACKEND": "mst_sites.accounts.attempts.AttemptCache"}}  # as in production
