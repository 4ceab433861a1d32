"""Settings of records: who may read a file that hangs on a row, and what looks through uploads."""

import os
import re
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from mst_sites import numeric_settings as numbers

# Type of the row -> what a reader must hold there (the code of an `accounts.permissions.Permission`).
# A file of any other type nobody can download.
ATTACHMENT_READERS = {
    "tenancy.site": "action.view",
    "tenancy.team": "action.view",
    "implementation.steeringgroup": "meeting.view",
    "implementation.activity": "plan.work",
    "implementation.sitefact": "plan.work",
    "implementation.fundingsource": "funding.view",
}
# A removed file is deleted these days after; who brought it, its fingerprint and who removed it stay.
FILE_KEEP_DAYS = numbers.whole("FILE_KEEP_DAYS", 90, most=3650)
LARGEST_ATTACHMENT = 20 * 1024 * 1024
# Each is called with the bytes of an upload and raises ValidationError to refuse them.
ATTACHMENT_SCANNERS = ["mst_sites.records.uploads.refuse_test_virus"]


def scanner_address(written: str) -> tuple[str, int] | str | None:
    """Read where ClamAV's daemon listens: a host with its port, the path of a socket, or nowhere.

    :raises ImproperlyConfigured: it is none of them; a slip must not mean that nothing is looked through.
    """
    if not written:
        return None
    if written.startswith("unix:/"):
        return written.removeprefix("unix:")
    try:
        parts = urlsplit(f"//{written}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    # What is left of a web address, of a person or of a blank would be no host.
    if not host or not port or re.search(r"[\s/@?#]", written):
        raise ImproperlyConfigured(
            "CLAMAV_ADDRESS must be empty, host:port or unix:/path, such as clamav:3310."
        )
    return host, port


# ClamAV's daemon, which looks through each upload; without one only ATTACHMENT_SCANNERS do.
CLAMAV_ADDRESS = scanner_address(os.environ.get("CLAMAV_ADDRESS", ""))
CLAMAV_SECONDS = 8  # while a person waits at a form; after that the file is kept, and kept back
CLAMAV_SECONDS_LATER = 30  # when it is asked again in the background
