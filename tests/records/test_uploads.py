"""Thirty files and more that somebody might bring: each is refused, or can do nothing."""

import io
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError

from mst_sites.records import uploads

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0" * 17 + b"\0\0\0\0IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20 + b"\xff\xd9"
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PHP = b"<?php system($_GET['c']); ?>"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def archive(*entries, types=True, packed_by=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packed_by) as made:
        if types:
            made.writestr("[Content_Types].xml", "<Types/>")
        for name, content in entries:
            made.writestr(name, content)
    return buffer.getvalue()


DOCX = archive(("word/document.xml", "<w:document/>"))
XLSX = archive(("xl/workbook.xml", "<workbook/>"))
PPTX = archive(("ppt/presentation.xml", "<p/>"))


BOMB = b"\0" * 60 * 1024**2


def lying(content):
    """Say in the archive's own lists that its largest part is small, with the check sum of the small one."""
    for true, said in ((len(BOMB), 10), (zlib.crc32(BOMB), zlib.crc32(BOMB[:10]))):
        content = content.replace(true.to_bytes(4, "little"), said.to_bytes(4, "little"))
    return content


def damaged(content):
    """Break the first part of an archive where its packed bytes begin."""
    at = content.index(b"[Content_Types].xml") + len("[Content_Types].xml")
    return content[:at] + b"\xff" + content[at + 1 :]


def encrypted(content):
    at = content.rindex(b"PK\x01\x02") + 8
    return content[:at] + b"\x01" + content[at + 1 :]


def inspect(name, content):
    return uploads.inspect(name, [content])


KEPT = [
    ("minutes.pdf", PDF, "application/pdf"),
    ("MINUTES.PDF", PDF, "application/pdf"),
    ("photo.png", PNG, "image/png"),
    ("photo.jpg", JPEG, "image/jpeg"),
    ("photo.jpeg", JPEG, "image/jpeg"),
    ("letter.docx", DOCX, uploads.OFFICE + "wordprocessingml.document"),
    ("figures.xlsx", XLSX, uploads.OFFICE + "spreadsheetml.sheet"),
    ("talk.pptx", PPTX, uploads.OFFICE + "presentationml.presentation"),
    ("notes.txt", "Tŷ Dŵr, £5\r\n".encode(), "text/plain"),
    ("figures.csv", b"\xef\xbb\xbfa,b\n1,2\n", "text/csv"),
]


@pytest.mark.parametrize(("name", "content", "content_type"), KEPT)
def test_upload_is_kept(name, content, content_type):
    kept = inspect(name, content)

    assert (kept.name, kept.content, kept.content_type) == (name, content, content_type)


REFUSED = {
    "HTML by name": ("page.html", HTML),
    "SVG by name": ("picture.svg", SVG),
    "PHP by name": ("shell.php", PHP),
    "a program": ("setup.exe", b"MZ\x90\0"),
    "a script": ("run.sh", b"#!/bin/sh\nrm -rf /\n"),
    "audio": ("call.mp3", b"ID3\x03"),
    "an archive": ("all.zip", DOCX),
    "an old Word file": ("letter.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "HTML as PDF": ("page.pdf", HTML),
    "HTML as picture": ("page.png", HTML),
    "SVG as picture": ("picture.jpg", SVG),
    "PHP as picture": ("shell.jpg", PHP),
    "a program as PDF": ("setup.pdf", b"MZ\x90\0" + PDF),
    "PDF as picture": ("minutes.png", PDF),
    "picture as Word": ("photo.docx", PNG),
    "Word as Excel": ("letter.xlsx", DOCX),
    "Excel as Word": ("figures.docx", XLSX),
    "an archive as Word": ("all.docx", archive(("a.txt", "a"), types=False)),
    "a picture with a tail": ("photo.png", PNG + HTML),
    "a photo with a tail": ("photo.jpg", JPEG + DOCX),
    "a PDF cut off": ("minutes.pdf", PDF[:12]),
    "an archive behind a PDF's back": ("minutes.pdf", DOCX + PDF),
    "a script behind an ending": ("minutes.pdf.js", PDF),
    "an ending in reverse": ("annexe\u202efdp.exe", b"MZ"),
    "a NUL in the name": ("minutes.pdf\0.exe", PDF),
    "nothing": ("minutes.pdf", b""),
    "nothing but an ending": (".pdf", PDF),
    "no ending": ("minutes", PDF),
    "a test virus": ("notes.txt", EICAR),
    "a test virus in a PDF": ("minutes.pdf", PDF[:9] + EICAR + PDF[9:]),
    "binary as text": ("notes.txt", b"a\0b"),
    "another code as text": ("notes.txt", b"caf\xe9"),
    "an escape as text": ("notes.csv", b"\x1b]0;owned\x07"),
    "macros": ("letter.docx", archive(("word/document.xml", ""), ("word/vbaProject.bin", "x"))),
    "a program inside": ("letter.docx", archive(("word/document.xml", ""), ("word/a.EXE", "x"))),
    "a way out": ("letter.docx", archive(("word/document.xml", ""), ("word/../../../etc/x", "x"))),
    "too many parts": (
        "letter.docx",
        archive(*((f"word/{n}.xml", "") for n in range(1_001))),
    ),
    "a bomb by ratio": ("letter.docx", archive(("word/document.xml", b"\0" * 20 * 1024**2))),
    "a bomb by size": ("figures.xlsx", archive(("xl/workbook.xml", BOMB))),
    "a bomb that lies": ("figures.xlsx", lying(archive(("xl/a.xml", BOMB)))),
    "a locked archive": ("letter.docx", encrypted(DOCX)),
    "a broken archive": ("letter.docx", DOCX[:60]),
    "a damaged archive": ("letter.docx", damaged(DOCX)),
    "an archive in another packing": (
        "letter.docx",
        archive(("word/document.xml", ""), packed_by=zipfile.ZIP_LZMA),
    ),
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_upload_is_refused(case):
    with pytest.raises(ValidationError):
        inspect(*REFUSED[case])


def test_upload_refusals_are_more_than_thirty():
    assert len(REFUSED) > 30


NAMES = [
    ("../../etc/minutes.pdf", "minutes.pdf"),
    ("C:\\Users\\Demo\\minutes.pdf", "minutes.pdf"),
    ("/etc/minutes.pdf", "minutes.pdf"),
    ("min\u202eutes.pdf", "minutes.pdf"),
    ("min\r\nutes\x1b.pdf", "minutes.pdf"),
    ("<script>.pdf", "<script>.pdf"),  # shown escaped, like all text
    ("minutes.exe.pdf", "minutes.exe.pdf"),  # a PDF by its content too
    ("cafe\u0301.pdf", "caf\u00e9.pdf"),
    ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
]


@pytest.mark.parametrize(("name", "shown"), NAMES)
def test_upload_name_is_made_plain(name, shown):
    assert inspect(name, PDF).name == shown


def test_upload_that_is_too_large_is_refused_before_it_is_read_to_the_end(settings):
    settings.LARGEST_ATTACHMENT = 1024**2
    read = []

    def chunks():
        for _ in range(1_000):
            read.append(1)
            yield b"x" * 64 * 1024

    with pytest.raises(ValidationError, match="larger than 1 MB"):
        uploads.inspect("notes.txt", chunks())

    assert len(read) == 17


def test_scanner_that_fails_keeps_nothing(settings, monkeypatch):
    def fail(content):
        raise ConnectionRefusedError

    monkeypatch.setattr(uploads, "fail", fail, raising=False)
    settings.ATTACHMENT_SCANNERS = ["mst_sites.records.uploads.fail"]

    with pytest.raises(ValidationError, match="could not be checked"):
        inspect("notes.txt", b"words")
