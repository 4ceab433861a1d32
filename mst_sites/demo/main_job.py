"""The main job over HTTP: a set-up is looked at, somebody asks, a note is filed, a review is issued as PDF."""

import base64
import hashlib
import re
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from mst_sites.demo.country import PASSWORD, SETTING_UP
from mst_sites.demo.visitor import Page, UnexpectedPageError, Visitor
from mst_sites.periods import WEEK, monday_of

SITE, TEAM, TEAM_NAME = "northmoor", "east", "Northmoor East"
AT = f"/sites/{SITE}/teams/{TEAM}"
DOCUMENT = re.compile(rf'href="(/sites/{SITE}/documents/[0-9a-f-]+/)"')
PATIENCE = 300  # seconds; the demo country has some fifty documents in the queue before ours
ASKER = "Demo Council of the Check"
READS_FOR = 3.5  # seconds; the form takes whoever is quicker for a program
SET_UP_PAGES = (
    ("opens the portfolio", "/portfolio/", "Pennyfield"),
    ("opens the plan of a site", f"/sites/{SETTING_UP}/plan/", "Therapists appointed"),
    ("its gates", f"/sites/{SETTING_UP}/gates/", "Passed with conditions"),
    ("the forecast of its opening", f"/sites/{SETTING_UP}/forecast/", "Chance of opening at all"),
)
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
        self.follow_set_up()
        commissioner = Visitor(self.base_url)
        with self.step("The commissioner signs in and reads the count"):
            self.sign_in(commissioner, "commissioner@example.org")
            require("Northmoor", commissioner.open("/progress/"))
            held = weeks_held(commissioner.open(f"/sites/{SITE}/progress/"))
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
        with self.step("The commissioner sees the note counted"):
            page = commissioner.open(f"/sites/{SITE}/progress/")
            if weeks_held(page) != held + 1:
                raise UnexpectedPageError(f"{page.url} does not count the note that was filed.")
        with self.step("and cannot read it"):
            commissioner.open(f"{AT}/notes/", expect=403)

    def follow_set_up(self) -> None:
        """Look at a site that is set up, as MST UK does, and let somebody ask for another."""
        lead = Visitor(self.base_url)
        with self.step("The lead signs in"):
            self.sign_in(lead, "lead@example.org")
        for words, address, shown in SET_UP_PAGES:
            with self.step(words):
                require(shown, lead.open(address))
        with self.step("Somebody reads the public form and sends an enquiry"):
            self.send_enquiry(Visitor(self.base_url))
        with self.step("The lead finds it among the enquiries"):
            require(ASKER, lead.open("/enquiries/"))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.say(f"  {name:<58} {time.monotonic() - began:6.1f} s")

    def sign_in(self, visitor: Visitor, email: str) -> None:
        form = visitor.open("/account/sign-in/").form("login", "password")
        page = visitor.send(form, {"login": email, "password": PASSWORD})
        page = visitor.send(page.form("code"), {"code": shown_code(page)})
        if urlsplit(page.url).path != "/":
            raise UnexpectedPageError(f"Signing in as {email} ended at {page.url}.")

    def send_enquiry(self, visitor: Visitor) -> None:
        form = visitor.open("/enquire/").form("contact_name", "ticket")
        time.sleep(READS_FOR)
        sent = visitor.send(
            form,
            {
                "contact_name": "Demo Visitor",
                "organisation": ASKER,
                "email": "visitor@example.org",
                "nation": "ENGLAND",
                "area": "A made-up place",
                "need": "Could a team work in our area, and how do we find out?",
            },
        )
        if urlsplit(sent.url).path != "/enquire/sent/":
            raise UnexpectedPageError(f"The enquiry ended at {sent.url}.")

    def file_note(self, visitor: Visitor) -> None:
        """File the note of last week: the one that runs is counted when it is over."""
        monday = monday_of(self.today) - WEEK
        form = visitor.open(f"{AT}/notes/new/?week={monday.isoformat()}").form("themes", "minutes")
        page = visitor.send(
            form,
            {
                "outcome": "HELD",
                "held_on": (monday + timedelta(days=2)).isoformat(),
                "minutes": 60,
                "mode": "PHONE",
                "themes": "Engagement in two cases; plans for the first week of school.",
            },
        )
        require("Engagement in two cases", page)

    def import_episodes(self, visitor: Visitor) -> None:
        form = visitor.open(f"{AT}/episodes/import/").form("episodes_file")
        files = {"episodes_file": ("check.csv", EPISODES.encode())}
        visitor.send(form, {}, files)
        again = visitor.send(form, {}, files)
        require("check-0001", visitor.open(f"{AT}/episodes/"))
        if "/imports/" not in again.url:
            raise UnexpectedPageError(f"The import ended at {again.url}.")

    def issue_review(self, visitor: Visitor) -> Page:
        form = visitor.open(f"{AT}/reviews/new/").form("starts_on", "last_day")
        period = {"half_year": "other", "starts_on": "2026-01-05", "last_day": "2026-06-07"}
        draft = visitor.send(form, period)
        form = visitor.open(f"{draft.url.rstrip('/')}/issue/").form(
            "version", "csrfmiddlewaretoken"
        )
        issued = visitor.send(form, {})
        require("SHA-256", issued)
        return issued

    def open_pdf(self, visitor: Visitor, review: Page) -> None:
        """Wait for the worker, as the page does, and look at what comes."""
        give_up = time.monotonic() + PATIENCE
        while not (links := DOCUMENT.findall(visitor.open(review.url).text)):
            if time.monotonic() > give_up:
                raise UnexpectedPageError(
                    f"No PDF was drawn in {PATIENCE} seconds: see /delivery/."
                )
            time.sleep(0.5)
        check_pdf(visitor.open(links[0]))


def weeks_held(page: Page) -> int:
    """Read how many weekly consultations of the team are counted.

    :raises UnexpectedPageError: the page does not say.
    """
    section = page.text.partition(f'id="team-{TEAM}"')[2].partition("</section>")[0]
    found = re.search(r"Weekly consultation held: <strong>(\d+) of \d+<", section)
    if not found:
        raise UnexpectedPageError(f"{page.url} does not count the consultations of {TEAM}.")
    return int(found[1])


def check_pdf(pdf: Page) -> None:
    """Compare a PDF with the fingerprint that was kept when it was drawn, and find its team in its own title.

    :raises UnexpectedPageError: it is not whole, or not this team's.
    """
    digest = base64.b64encode(hashlib.sha256(pdf.body).digest()).decode()
    if not pdf.body.startswith(b"%PDF-") or pdf.digest != f"sha-256=:{digest}:":
        raise UnexpectedPageError(f"{pdf.url} is not the PDF that was drawn.")
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf.body, re.DOTALL)
    if not any(TEAM_NAME.encode() in unpacked(stream) for stream in packed):
        raise UnexpectedPageError(f"{pdf.url} does not name {TEAM_NAME}.")


def unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:  # a picture or a font in a packing of its own
        return b""


def shown_code(page: Page) -> str:
    """Read the authenticator's code off the page, which only a demonstration shows."""
    found = re.search(r"authenticator app is (\d{3}) (\d{3})", page.text)
    if not found:
        raise UnexpectedPageError(f"{page.url} shows no code.")
    return "".join(found.groups())


def require(text: str, page: Page) -> None:
    """Find a text on a page.

    :raises UnexpectedPageError: it is not there.
    """
    if text not in page.text:
        raise UnexpectedPageError(f"{page.url} does not show “{text}”.")
