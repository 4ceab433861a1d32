"""Looks through an upload before it is kept: what it is by its content, and what it could do when opened."""

import io
import logging
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from mst_sites.records import clamav
from mst_sites.records.models import Scan

logger = logging.getLogger(__name__)
LONGEST_NAME = 120
MOST_ENTRIES = 1_000
LARGEST_UNPACKED = 50 * 1024 * 1024
GREATEST_RATIO = 100
PACKED_BY = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # Office writes no others
# What zipfile raises over an archive that is not whole: damaged data are zlib's error, damaged names a ValueError.
DAMAGES = (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, EOFError)
OFFICE = "application/vnd.openxmlformats-officedocument."
TEST_VIRUS = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


@dataclass(frozen=True)
class Upload:
    """A file that may be kept, with the type that its content has."""

    name: str
    content: bytes
    content_type: str
    scan: Scan = Scan.NONE


class VirusFoundError(ValidationError):
    """The scanner refuses a file, which is named with it for the record."""

    def __init__(self, upload: Upload, virus: str) -> None:
        said = _(
            "A virus was found in this file: %(virus)s. It was not kept. Tell the people who look after your computer."
        )
        super().__init__(said % {"virus": virus})
        self.upload, self.virus = upload, virus


def inspect(name: str, chunks: Iterable[bytes]) -> Upload:
    """Read an upload and let it pass.

    :raises VirusFoundError: the scanner found something.
    :raises ValidationError: it is not what it says, or not what we keep.
    """
    content = read_up_to(settings.LARGEST_ATTACHMENT, chunks)
    safe_name = clean_name(name)
    suffix = PurePosixPath(safe_name).suffix.lower()
    if suffix not in KINDS:
        kept = ", ".join(sorted(kind.lstrip(".") for kind in KINDS))
        raise ValidationError(_("Files of this kind are not kept here. Kept are: %s.") % kept)
    content_type, is_genuine = KINDS[suffix]
    if not is_genuine(content):
        raise ValidationError(_("The file is not what its name says (%s).") % suffix)
    upload = ask_daemon(Upload(safe_name, content, content_type))
    scan(content)
    return upload


def ask_daemon(upload: Upload) -> Upload:
    """Return an upload with what ClamAV's daemon says of it, if there is one; without an answer it has to wait.

    :raises VirusFoundError: it found something.
    """
    if settings.CLAMAV_ADDRESS is None:
        return upload
    try:
        virus = clamav.find_virus(clamav.cut(upload.content), seconds=settings.CLAMAV_SECONDS)
    except clamav.NoVerdictError as failure:
        logger.warning("The virus scanner gave no verdict (%s): a new file waits.", failure)
        return replace(upload, scan=Scan.WAITING)
    if virus:
        raise VirusFoundError(upload, virus)
    return replace(upload, scan=Scan.CLEAN)


def scan(content: bytes) -> None:
    """Ask every scanner.

    :raises ValidationError: one refuses the file, or cannot say; what was not looked through is not kept.
    """
    for path in settings.ATTACHMENT_SCANNERS:
        try:
            import_string(path)(content)
        except ValidationError:
            raise
        except Exception as failure:
            logger.exception("A scanner failed: %s", path)
            raise ValidationError(_("The file could not be checked. Try again later.")) from failure


def read_up_to(largest: int, chunks: Iterable[bytes]) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > largest:
            raise ValidationError(_("The file is larger than %d MB.") % (largest // 1024**2))
    if not content:
        raise ValidationError(_("The file is empty."))
    return bytes(content)


def clean_name(name: str) -> str:
    """Return the bare name, without folders and without characters that hide what it is.

    :raises ValidationError: nothing is left, or it holds a NUL.
    """
    if "\0" in name:
        raise ValidationError(_("The name of the file holds a character that cannot be stored."))
    bare = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    # Cc and Cf are controls and formats: among them what turns the direction of writing.
    visible = "".join(c for c in bare if unicodedata.category(c) not in {"Cc", "Cf", "Cs"}).strip()
    path = PurePosixPath(visible)
    if not path.suffix or not path.stem.strip(". "):
        raise ValidationError(_("The file needs a name with an ending, such as minutes.pdf."))
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix[:LONGEST_NAME]


def is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-2_048:]


def is_png(content: bytes) -> bool:
    return content.startswith(b"\x89PNG\r\n\x1a\n") and content[-12:-4] == b"\0\0\0\0IEND"


def is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\0").endswith(b"\xff\xd9")


def is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return all(c in "\t\n\r\f" or unicodedata.category(c) != "Cc" for c in text)


def is_office(folder: str) -> Callable[[bytes], bool]:
    """Return a test for a Word, Excel or PowerPoint file without macros, and no archive bomb."""

    def is_genuine(content: bytes) -> bool:
        if not content.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return has_office_parts(archive, folder) and unpacks_within_bounds(
                    archive, len(content)
                )
        except DAMAGES:
            return False

    return is_genuine


def has_office_parts(archive: zipfile.ZipFile, folder: str) -> bool:
    names = archive.namelist()
    return (
        len(names) <= MOST_ENTRIES
        and "[Content_Types].xml" in names
        and any(name.startswith(folder + "/") for name in names)
        and not any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll")) for name in names)
        and not any(name.startswith("/") or ".." in name.split("/") for name in names)
    )


def unpacks_within_bounds(archive: zipfile.ZipFile, packed: int) -> bool:
    """Count while unpacking: what an archive says of its own sizes may be a lie."""
    allowed = min(LARGEST_UNPACKED, packed * GREATEST_RATIO)
    for entry in archive.infolist():
        stated = entry.file_size
        if entry.flag_bits & 1 or entry.compress_type not in PACKED_BY or stated > allowed:
            return False
        entry.file_size = allowed + 1  # or zipfile would stop where the archive says that it ends
        unpacked = 0
        with archive.open(entry) as part:
            while unpacked <= allowed and (block := part.read(64 * 1024)):
                unpacked += len(block)
        if unpacked != stated:
            return False
        allowed -= unpacked
    return True


def refuse_test_virus(content: bytes) -> None:
    """Refuse the file that every virus scanner knows, which shows that scanners are asked."""
    if TEST_VIRUS in content:
        raise ValidationError(_("A virus was found in this file."))


KINDS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    ".pdf": ("application/pdf", is_pdf),
    ".png": ("image/png", is_png),
    ".jpg": ("image/jpeg", is_jpeg),
    ".jpeg": ("image/jpeg", is_jpeg),
    ".docx": (OFFICE + "wordprocessingml.document", is_office("word")),
    ".xlsx": (OFFICE + "spreadsheetml.sheet", is_office("xl")),
    ".pptx": (OFFICE + "presentationml.presentation", is_office("ppt")),
    ".txt": ("text/plain", is_text),
    ".csv": ("text/csv", is_text),
}
