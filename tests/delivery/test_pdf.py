"""PDFs load nothing from outside, are the same bytes every time, and pass veraPDF."""

import base64
import io
import os
import socketserver
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from weasyprint.urls import URLFetchingError

from mst_sites.delivery import pdf

# One point.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
PAGE = """<!doctype html><html lang="en-gb"><head><title>Review</title>{head}</head>
<body><h1>Review of Afon</h1><p>81.6 % at home.</p>{body}</body></html>"""


def page(body="", head=""):
    return PAGE.format(body=body, head=head)


class Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self):
        self.hits = []
        super().__init__(("127.0.0.1", 0), None)

    def finish_request(self, request, _client):
        self.hits.append(request.recv(200))
        request.sendall(b"HTTP/1.0 404 Not Found\r\n\r\n")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/x"


@pytest.fixture
def listener():
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


# Each is a way in which HTML or CSS can ask for something; {url} is the listener or a local file.
CHANNELS = (
    '<img src="{url}">',
    '<img srcset="{url} 2x" src="{url}">',
    '<picture><source srcset="{url}"><img src="{url}"></picture>',
    '<object data="{url}" type="image/png"></object>',
    '<embed src="{url}" type="image/svg+xml">',
    '<iframe src="{url}"></iframe>',
    '<link rel="stylesheet" href="{url}">',
    '<link rel="attachment" href="{url}">',
    '<a rel="attachment" href="{url}">take</a>',
    '<link rel="icon" href="{url}">',
    "<style>@import url({url});</style>",
    '<style>@import "{url}";</style>',
    "<style>@font-face {{ font-family: x; src: url({url}) }} p {{ font-family: x }}</style>",
    "<style>p {{ background: url({url}) }}</style>",
    "<style>ul {{ list-style-image: url({url}) }}</style><ul><li>x</li></ul>",
    "<style>p::before {{ content: url({url}) }}</style>",
    "<style>@page {{ background: url({url}) }}</style>",
    "<style>@page {{ @top-left {{ content: url({url}) }} }}</style>",
    "<style>p {{ border-image: url({url}) 1 }}</style>",
    "<style>@color-profile --x {{ src: url({url}) }} p {{ color: color(--x 0 0 0) }}</style>",
    '<div style="background-image: url({url})">x</div>',
    '<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
    '<svg width="9" height="9"><use href="{url}#a"/></svg>',
    '<svg width="9" height="9"><style>@import url({url});</style><rect width="9" height="9"/></svg>',
    '<base href="{url}"><img src="picture.png">',
)


class Watch:
    """A file of this machine, and how often it was opened."""

    def __init__(self, path):
        self.path, self.opened, self.is_over = path, 0, False
        path.write_bytes(PICTURE)
        sys.addaudithook(self.hear)

    def hear(self, event, facts):
        if not self.is_over and event == "open" and str(facts[0]) == str(self.path):
            self.opened += 1


@pytest.fixture
def secret(tmp_path):
    watch = Watch(tmp_path / "secret.png")
    yield watch
    watch.is_over = True  # a hook cannot be taken away


@pytest.mark.parametrize("channel", CHANNELS)
def test_pdf_asks_for_nothing(channel, listener, secret):
    for url in (listener.url, secret.path.as_uri(), "ftp://127.0.0.1/x"):
        try:
            drawn = pdf.render(page(channel.format(url=url)), created=NOW)
        except URLFetchingError:  # what WeasyPrint makes of a colour profile that it may not load
            continue
        with pikepdf.open(io.BytesIO(drawn)) as opened:
            assert len(opened.attachments) == 0

    assert listener.hits == []
    assert secret.opened == 0


def test_listener_would_notice(listener):
    engine = pdf.load_engine()

    engine.HTML(string=page(f'<img src="{listener.url}">')).render()

    assert len(listener.hits) == 1


def test_watch_would_notice(secret):
    engine = pdf.load_engine()

    engine.HTML(string=page(f'<img src="{secret.path.as_uri()}">')).render()

    assert secret.opened == 1


def test_engine_is_found_where_the_environment_points(tmp_path):
    assert pdf.has_engine()
    maps = Path("/proc/self/maps").read_text().splitlines()
    pango = next(line.split()[-1] for line in maps if "libpango-1.0" in line)
    (tmp_path / "libunpacked.so.0").symlink_to(pango)
    program = (
        "from mst_sites.delivery import pdf; pdf.PANGO = ['libunpacked.so.0'];"
        "print(pdf.has_engine())"
    )

    for folder, found in ((tmp_path, "True"), (tmp_path / "nowhere", "False")):
        done = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", program],
            env={**os.environ, "LD_LIBRARY_PATH": str(folder)},
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == found


def test_pdf_loads_our_own_files_and_misses_none():
    with_font = page(head='<link rel="stylesheet" href="/static/css/fonts.css">', body=FONT)

    assert b"Source-Sans" in unpacked(pdf.render(with_font, created=NOW))
    with pytest.raises(BaseException, match=r"nowhere\.css is missing"):
        pdf.render(page(head='<link rel="stylesheet" href="/static/css/nowhere.css">'), created=NOW)


@pytest.mark.parametrize(
    "path", ["/static/../manage.css", "/static/css/../../secret.css", "/static//etc/passwd.css"]
)
def test_pdf_reads_no_file_beside_our_own(path):
    with pytest.raises(BaseException, match="is missing"):
        pdf.render(
            page(head=f'<link rel="stylesheet" href="https://pdf.invalid{path}">'), created=NOW
        )


FONT = """<p style="font-family: 'Source Sans 3'">Plain words.</p>"""


def unpacked(content):
    plain = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return plain.getvalue()


def test_pdf_is_the_same_bytes_twice_and_in_another_process():
    html = page(
        FONT + "<table><tr><th>Code<td>M10</table>",
        '<link rel="stylesheet" href="/static/css/fonts.css">',
    )
    program = (
        "import django, hashlib, sys; django.setup()\n"
        "from datetime import datetime; from mst_sites.delivery import pdf\n"
        f"drawn = pdf.render(sys.stdin.read(), created=datetime.fromisoformat('{NOW.isoformat()}'))\n"
        "sys.stdout.buffer.write(drawn)"
    )

    first, again = pdf.render(html, created=NOW), pdf.render(html, created=NOW)
    elsewhere = subprocess.run(  # noqa: S603 - a program of our own
        [sys.executable, "-c", program],
        input=html.encode(),
        capture_output=True,
        check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "mst_sites.settings"},
    ).stdout

    assert first.startswith(b"%PDF-")
    assert first == again == elsewhere
    assert first != pdf.render(html, created=NOW.replace(minute=31))


def test_verapdf_passes_a_good_page(verapdf, tmp_path):
    path = tmp_path / "good.pdf"
    path.write_bytes(
        pdf.render(page(FONT, '<link rel="stylesheet" href="/static/css/fonts.css">'), created=NOW)
    )

    verdict = verapdf(path)

    assert verdict.failures == ()
    assert verdict.is_compliant
    assert verdict.checks > 100


def test_verapdf_refuses_a_page_without_language_and_title(verapdf, tmp_path):
    path = tmp_path / "bad.pdf"
    path.write_bytes(pdf.render("<!doctype html><p>Words.", created=NOW))

    assert not verapdf(path).is_compliant


def test_pdf_that_asks_for_too_much_memory_fails_alone(monkeypatch):
    monkeypatch.setattr(pdf, "MEMORY", 8 * 1024**2)

    with pytest.raises(MemoryError), pdf.bounded_memory():
        bytearray(64 * 1024**2)

    bytearray(64 * 1024**2)


def test_pdf_engine_missing_is_said_in_words(monkeypatch):
    class Broken:
        def find_spec(self, name, *_rest):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])

    with pytest.raises(pdf.EngineMissingError, match="PDF engine missing: install libpango"):
        pdf.render(page(), created=NOW)
