"""The web server's log of requests, without the secrets that stand in some addresses."""

import re
from typing import Any

from gunicorn.glogging import Logger

# Links of invitations, of forgotten passwords and of feeds: whoever has one needs nothing else.
SECRETS = re.compile(r"(/(?:invitations?|account/password/reset|milestones/feed)/)[^/?\s\"]{8,}")


def masked(text: str) -> str:
    """Return a line or an address with its secret struck out."""
    return SECRETS.sub(r"\1***", text)


class AccessLog(Logger):
    """Writes what gunicorn writes, of addresses with a secret all but the secret."""

    def atoms(self, *args: Any) -> dict[str, Any]:
        """Return what a line of the log is made of."""
        found: dict[str, Any] = super().atoms(*args)
        return {
            name: masked(value) if isinstance(value, str) else value
            for name, value in found.items()
        }
