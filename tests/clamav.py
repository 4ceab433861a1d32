"""A virus scanner for the tests: on a port of this machine it speaks as ClamAV's daemon does, well or badly."""

import hashlib
import socket
import struct
import threading

import pytest
from django.utils import timezone

from mst_sites import files
from mst_sites.records.models import Attachment, Scan
from mst_sites.records.operations.subjects import hanging_on

# In pieces, so that no scanner ever takes this file for what it would write.
PIECES = ("X5O!P%@AP[4", "\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE", "!$H+H*")
EICAR = "".join(PIECES).encode()
VIRUS = "Win.Test.EICAR_HDB-1"
OK, FOUND = b"stream: OK\0", f"stream: {VIRUS} FOUND\0".encode()


class Daemon:
    """Answers one caller after the other; `mood` says how, and `files` is what it was sent."""

    def __init__(self, path=None):
        self.mood, self.files, self.largest = "", [], 100 * 1024**2
        self.ended, self.asked = threading.Event(), threading.Event()
        family, place = (socket.AF_UNIX, path) if path else (socket.AF_INET, ("127.0.0.1", 0))
        self.door = socket.socket(family, socket.SOCK_STREAM)
        self.door.bind(place)
        self.door.listen()
        self.address = path or self.door.getsockname()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def stop(self):
        self.ended.set()
        # Closing alone would not end an accept that waits already.
        with socket.socket(self.door.family, socket.SOCK_STREAM) as last:
            last.connect(self.address)
        self.thread.join(10)
        self.door.close()

    def serve(self):
        while not self.ended.is_set():
            caller, _ = self.door.accept()
            with caller:
                caller.settimeout(10)
                try:
                    self.answer(caller)
                except OSError:  # the caller has gone: the next one is served all the same
                    continue

    def answer(self, caller):
        command = self.until_nul(caller)
        self.asked.set()
        if command == b"zPING":
            return caller.sendall(b"PONG\0")
        if command != b"zINSTREAM" or self.mood == "close":
            return None
        if self.mood == "hang":
            return self.hang()
        content = self.stream(caller)
        if content is None:
            return caller.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        self.files.append(content)
        if self.mood == "drip":
            return self.drip(caller)
        said = {
            "error": b"stream: Can't allocate memory ERROR\0",
            "garbage": b"HTTP/1.1 400 Bad Request\r\n\0",
            "endless": b"x" * 5_000,
            "half": b"stream: OK",
            "odd": b"stream: <b>a virus</b> FOUND\0",
        }
        return caller.sendall(said.get(self.mood) or (FOUND if EICAR in content else OK))

    def hang(self):
        """Say nothing for as long as the mood lasts."""
        while self.mood == "hang" and not self.ended.wait(0.05):
            continue

    def drip(self, caller):
        """Say something again and again, so that no single wait is ever too long."""
        while not self.ended.wait(0.05):
            caller.sendall(b"s")

    def stream(self, caller):
        content = b""
        while size := struct.unpack("!L", self.exactly(caller, 4))[0]:
            content += self.exactly(caller, size)
            if len(content) > self.largest:
                return None
        return content

    @staticmethod
    def exactly(caller, size):
        read = b""
        while len(read) < size:
            part = caller.recv(size - len(read))
            if not part:
                raise ConnectionResetError
            read += part
        return read

    def until_nul(self, caller):
        read = b""
        while not read.endswith(b"\0"):
            read += self.exactly(caller, 1)
        return read[:-1]


@pytest.fixture
def scanner(settings):
    """Let the application have a scanner that answers as it is told."""
    made = Daemon()
    settings.CLAMAV_ADDRESS = made.address
    settings.CLAMAV_SECONDS = settings.CLAMAV_SECONDS_LATER = 5
    yield made
    made.stop()


@pytest.fixture
def scanner_away(settings):
    """Let the application have the address of a scanner that is not there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.CLAMAV_ADDRESS = probe.getsockname()


def waiting(subject, content=b"We met.", **changes):
    """Keep a file with a row as if the scanner had been away."""
    values = {
        **hanging_on(subject, getattr(subject, "site", subject)),
        "name": "minutes.txt",
        "file": files.store(content, folder="attachments"),
        "content_type": "text/plain",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "received_at": timezone.now(),
        "scan": Scan.WAITING,
        "scan_due_at": timezone.now(),
    }
    return Attachment.objects.create(**{**values, **changes})


def infected(subject):
    """Keep the row of a file in which a virus was found later."""
    return waiting(subject, scan=Scan.INFECTED, scan_due_at=None, file="", virus=VIRUS)
