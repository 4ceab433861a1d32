"""The main job over HTTP: a note is filed, episodes are imported, a review is issued and its PDF opened."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from mst_sites.accounts.second_factors import code_now
from mst_sites.demo.build import totp_secret
from mst_sites.demo.country import PASSWORD
from mst_sites.demo.visitor import Page, UnexpectedPageError, Visitor
from mst_sites.periods import monday_of

SITE, TEAM = "northmoor", "east"
AT = f"/sites/{SITE}/teams/{TEAM}"
PATIENCE = 90  # seconds for the worker to draw a review
EPISODES = (
    "case_ref,referred_on,accepted_on,started_on,closed_on,closure_code,at_home,school_work,no_new_arrests\n"
    "check-0001,2026-01-05,2026-01-09,2026-01-19,2026-05-21,COMP,yes,yes,yes\n"
    "check-0002,2026-01-12,2026-01-16,2026-02-02,2026-06-04,COMP,yes,no,\n"
)


@dataclass
class MainJob:
    """Does the steps one after the other and says how long each took."""

    base_url: str
    today: date
    say: Callable[[str], None]

    def run(self) -> None:
        """Do the whole job.

        :raises UnexpectedPageError: a step did not come out as it should.
        """
        supervisor = Visitor(self.base_url)
        with self.step("The supervisor signs in with a second factor"):
            self.sign_in(supervisor, "supervisor@example.org")
        with self.step("files a weekly note"):
            self.file_note(supervisor)
        with self.step("imports episodes"):
            self.import_episodes(supervisor)
        consultant = Visitor(self.base_url)
        with self.step("The consultant signs in"):
            self.sign_in(consultant, "consultant@example.org")
        with self.step("prepares and issues a review"):
            review = self.issue_review(consultant)
        with self.step("waits for the worker and opens the PDF"):
            self.open_pdf(consultant, review)
        commissioner = Visitor(self.base_url)
        with self.step("The commissioner signs in and sees the note counted"):
            self.sign_in(commissioner, "commissioner@example.org")
            require("Northmoor", commissioner.open("/progress/"))
            require("Northmoor East", commissioner.open(f"/sites/{SITE}/progress/"))
        with self.step("and cannot read it"):
            commissioner.open(f"{AT}/notes/", expect=403)
        with self.step("The audit is whole"):
            pass

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.say(f"  {name:<58} {time.monotonic() - began:6.1f} s")

    def sign_in(self, visitor: Visitor, email: str) -> None:
        form = visitor.open("/account/sign-in/").form("login", "password")
        page = visitor.send(form, {"login": email, "password": PASSWORD})
        page = visitor.send(page.form("code"), {"code": code_now(totp_secret(email))})
        if urlsplit(page.url).path != "/":
            raise UnexpectedPageError(f"Signing in as {email} ended at {page.url}.")

    def file_note(self, visitor: Visitor) -> None:
        monday = monday_of(self.today)
        form = visitor.open(f"{AT}/notes/new/?week={monday.isoformat()}").form("themes", "minutes")
        page = visitor.send(
            form,
            {
                "outcome": "HELD",
                "held_on": max(monday, self.today - timedelta(days=1)).isoformat(),
                "minutes": 60,
                "mode": "PHONE",
                "themes": "Engagement in two cases; plans for the first week of school.",
            },
        )
        require("Engagement in two cases", page)

    def import_episodes(self, visitor: Visitor) -> None:
        form = visitor.open(f"{AT}/episodes/import/").form("episodes_file")
        page = visitor.send(form, {}, {"episodes_file": ("check.csv", EPISODES.encode())})
        require("2", page)

    def issue_review(self, visitor: Visitor) -> Page:
        page = visitor.open(f"{AT}/reviews/new/")
        form = page.form("starts_on", "ends_on")
        page = visitor.send(form, {"starts_on": "2026-01-01", "ends_on": "2026-06-30"})
        review = page.url.rstrip("/")
        form = visitor.open(f"{review}/issue/").form("csrfmiddlewaretoken")
        return visitor.send(form, {})

    def open_pdf(self, visitor: Visitor, review: Page) -> None:
        raise NotImplementedError


def require(text: str, page: Page) -> None:
    """Find a text on a page.

    :raises UnexpectedPageError: it is not there.
    """
    if text not in page.text:
        raise UnexpectedPageError(f"{page.url} does not show “{text}”.")
