"""Settings of records: who may read a file that hangs on a row, and what looks through uploads."""

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
