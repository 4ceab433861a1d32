"""The web server's log of requests, without the secrets that stand in some addresses."""

from typing import Any

from gunicorn.glogging import Logger

from mst_sites.fault_log import masked


class AccessLog(Logger):
    """Writes what gunicorn writes, of addresses with a secret all but the secret."""

    def atoms(self, *args: Any) -> dict[str, Any]:
        """Return what a line of the log is made of."""
        found: dict[str, Any] = super().atoms(*args)
        return {
            name: masked(value) if isinstance(value, str) else value
            for name, value in found.items()
        }
