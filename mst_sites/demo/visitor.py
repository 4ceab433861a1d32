"""A visitor without a browser: opens pages, fills in forms and keeps cookies, for the check of the demonstration."""

import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

TIMEOUT = 30


class UnexpectedPageError(Exception):
    """The application answered something else than the next step needs."""


@dataclass
class Form:
    """A form as its page shows it: where it goes and what it would send untouched."""

    action: str
    method: str = "get"
    values: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


class FormReader(HTMLParser):
    """Finds the forms of a page with the values that their controls hold."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select: str | None = None
        self.first_option = False
        self.textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.open = Form(found.get("action") or "", (found.get("method") or "get").lower())
            self.forms.append(self.open)
        elif self.open is not None:
            self.read_control(tag, found, self.open)

    def read_control(self, tag: str, found: dict[str, str | None], form: Form) -> None:
        name = found.get("name") or ""
        if tag == "input" and name:
            self.read_input(name, found, form)
        elif tag == "select" and name:
            self.select, self.first_option = name, "multiple" not in found
        elif tag == "option" and self.select:
            if "selected" in found or self.first_option:
                form.values[self.select] = [found.get("value") or ""]
            self.first_option = False
        elif tag == "textarea" and name:
            self.textarea = name
            form.values[name] = [""]

    def read_input(self, name: str, found: dict[str, str | None], form: Form) -> None:
        kind = found.get("type") or "text"
        if kind == "file":
            form.files.add(name)
        elif kind in {"checkbox", "radio"}:
            if "checked" in found:
                form.values.setdefault(name, []).append(found.get("value") or "on")
        elif kind not in {"submit", "button", "image"}:
            form.values.setdefault(name, []).append(found.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self.textarea and self.open is not None:
            self.open.values[self.textarea][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None


@dataclass
class Page:
    url: str
    status: int
    body: bytes
    content_type: str
    digest: str = ""  # what the application says the body's fingerprint is

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def form(self, *names: str) -> Form:
        """Return the first form that has all of these fields.

        :raises UnexpectedPageError: there is none.
        """
        reader = FormReader()
        reader.feed(self.text)
        for form in reader.forms:
            if all(name in form.values or name in form.files for name in names):
                form.action = urljoin(self.url, form.action or self.url)
                return form
        raise UnexpectedPageError(
            f"{self.url} ({self.status}) has no form with {', '.join(names)}."
        )


@dataclass
class Visitor:
    """One person at one browser."""

    base_url: str
    opener: OpenerDirector = field(
        default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar()))
    )

    def open(self, address: str, *, expect: int = 200) -> Page:
        return self._ask(Request(urljoin(self.base_url, address)), expect)  # noqa: S310 - the base is ours

    def send(
        self,
        form: Form,
        values: dict[str, Any],
        files: dict[str, tuple[str, bytes]] | None = None,
        *,
        expect: int = 200,
    ) -> Page:
        """Send a form with some of its values changed; a list stands for several boxes of one name."""
        merged: dict[str, list[str]] = {
            **form.values,
            **{
                name: value if isinstance(value, list) else [str(value)]
                for name, value in values.items()
            },
        }
        pairs = [(name, value) for name, several in merged.items() for value in several]
        if form.files or files:
            body, content_type = multipart(pairs, files or {})
        else:
            body, content_type = urlencode(pairs).encode(), "application/x-www-form-urlencoded"
        headers = {"Content-Type": content_type, "Referer": form.action}
        return self._ask(Request(form.action, body, headers), expect)  # noqa: S310 - an address of ours

    def _ask(self, request: Request, expect: int) -> Page:
        try:
            answer = self.opener.open(request, timeout=TIMEOUT)
        except HTTPError as error:
            answer = error
        with answer:
            page = Page(
                answer.geturl(),
                answer.status,
                answer.read(),
                answer.headers.get("Content-Type", ""),
                answer.headers.get("Repr-Digest", ""),
            )
        if page.status != expect:
            raise UnexpectedPageError(f"{page.url} answered {page.status} instead of {expect}.")
        return page


def multipart(
    pairs: list[tuple[str, str]], files: dict[str, tuple[str, bytes]]
) -> tuple[bytes, str]:
    """Write values and files as the body of a form with uploads; return it with its content type."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    ]
    for name, (file_name, content) in files.items():
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        )
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(
        [*parts, f"--{boundary}--\r\n".encode()]
    ), f"multipart/form-data; boundary={boundary}"
