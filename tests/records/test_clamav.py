"""What is asked of ClamAV's daemon, and that nothing but its clear yes lets a file pass."""

import time

import pytest
from django.core.exceptions import ImproperlyConfigured

from mst_sites.records import clamav
from mst_sites.records.settings import scanner_address
from tests.clamav import EICAR, VIRUS, Daemon

WORDS = b"We met, and all was well. " * 10_000


def find(content=WORDS, seconds=5):
    return clamav.find_virus(clamav.cut(content), seconds=seconds)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", None),
        ("clamav:3310", ("clamav", 3310)),
        ("127.0.0.1:3310", ("127.0.0.1", 3310)),
        ("[::1]:3310", ("::1", 3310)),
        ("unix:/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
    ],
)
def test_scanner_address_is_read(written, read):
    assert scanner_address(written) == read


@pytest.mark.parametrize(
    "written",
    [
        *(
            "clamav",
            "clamav:",
            ":3310",
            "clamav:0",
            "clamav:70000",
            "clamav:port",
            " ",
            "clam av:1",
        ),
        *("unix:run/clamd", "unix:", "/run/clamd", "tcp://clamav:3310", "clamav:3310/", "me@a:1"),
    ],
)
def test_scanner_address_that_is_none_is_refused(written):
    with pytest.raises(ImproperlyConfigured, match="CLAMAV_ADDRESS must be"):
        scanner_address(written)


@pytest.mark.parametrize("content", [b"x", WORDS, b"x" * clamav.PIECE * 2])
def test_clean_file_reaches_the_daemon_whole(scanner, content):
    assert find(content) == ""
    assert scanner.files == [content]


def test_virus_is_named(scanner):
    assert find(WORDS + EICAR) == VIRUS
    assert find() == ""


def test_daemon_is_found_by_the_path_of_its_socket(settings, tmp_path):
    made = Daemon(str(tmp_path / "clamd"))
    settings.CLAMAV_ADDRESS = made.address
    try:
        assert find(EICAR) == VIRUS
    finally:
        made.stop()

    with pytest.raises(clamav.NoVerdictError, match="ConnectionRefusedError"):
        find()


@pytest.mark.parametrize(
    ("mood", "failure"),
    [
        ("error", "^ERROR$"),
        ("hang", "TimeoutError"),
        ("drip", "TimeoutError"),
        ("close", "CUT_OFF|ConnectionResetError|BrokenPipeError"),
        ("half", "CUT_OFF"),
        ("garbage", "NOT_UNDERSTOOD"),
        ("endless", "NOT_UNDERSTOOD"),
        ("odd", "NOT_UNDERSTOOD"),
    ],
)
def test_anything_else_is_no_verdict_and_takes_no_longer_than_allowed(scanner, mood, failure):
    scanner.mood = mood
    begun = time.monotonic()

    with pytest.raises(clamav.NoVerdictError, match=failure):
        find(seconds=0.5)

    assert time.monotonic() - begun < 2


def test_file_that_the_daemon_finds_too_large_is_no_verdict(scanner):
    scanner.largest = 1_000

    with pytest.raises(clamav.NoVerdictError):
        find()


def test_file_beyond_our_own_limit_is_not_sent_on(scanner, settings):
    settings.LARGEST_ATTACHMENT = 3 * clamav.PIECE
    read = []

    def parts():
        for _ in range(1_000):
            read.append(1)
            yield b"x" * clamav.PIECE

    with pytest.raises(clamav.NoVerdictError, match="TOO_LARGE"):
        clamav.find_virus(parts(), seconds=5)
    assert len(read) == 4


def test_largest_attachment_passes(scanner, settings):
    content = b"x" * settings.LARGEST_ATTACHMENT

    assert find(content) == ""
    assert [len(file) for file in scanner.files] == [len(content)]


def test_ping_tells_whether_it_is_there(scanner):
    assert clamav.answers(seconds=5)


def test_ping_of_nobody(scanner_away):
    assert not clamav.answers(seconds=1)
