"""The demo country: its sites, teams and people. Every place, body and person here is made up."""

from dataclasses import dataclass
from datetime import date

from mst_sites.accounts.permissions import Role
from mst_sites.periods import WEEK, monday_of
from mst_sites.tenancy.models import MstModel, Nation, Phase

# For a demonstration that listens on this computer alone; production refuses to run as a demo.
PASSWORD = "afon-valley-demo"  # noqa: S105 - printed for everybody who starts the demo
SETTING_UP = "pennyfield"  # the site whose set-up is there in full


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """What a team's supervisor asks of MST UK in the note of a week, and what MST UK answered, if it has."""

    weeks_ago: int
    issue: str
    answer: str = ""

    def monday(self, today: date) -> date:
        return monday_of(today) - self.weeks_ago * WEEK


@dataclass(frozen=True, slots=True)
class DemoTeam:
    """A team with what its families are like, so that teams differ as real ones do."""

    slug: str
    name: str
    completed: float = 0.87  # share of closed families that complete
    at_home: float = 0.93
    school: float = 0.82
    no_arrests: float = 0.91
    adherence: float = 0.72  # mean TAM-R
    consultation: float = 0.95  # share of weeks held
    model: MstModel | None = None
    last_review_waits: bool = False  # written, so that a visitor can issue it
    last_note_waits: bool = False  # so that a visitor can file it and see it counted
    questions: tuple[DemoQuestion, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoSite:
    slug: str
    name: str
    nation: Nation
    region: str
    provider: str
    commissioners: tuple[str, ...]
    phase: Phase
    months_open: int = 0
    teams: tuple[DemoTeam, ...] = ()
    model: MstModel = MstModel.STANDARD
    language: str = "en-gb"

    def opened_on(self, today: date) -> date | None:
        return months_before(today, self.months_open) if self.months_open else None


def months_before(day: date, months: int) -> date:
    """Return the first of the month some months before."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


SITES = (
    DemoSite(
        "afon-valley",
        "Afon Valley",
        Nation.WALES,
        "North East",
        "Afon Valley Families",
        ("Afon County Council", "Valley Borough Council", "Afon Health Board"),
        Phase.LIVE,
        30,
        (DemoTeam("afon", "Afon team", completed=0.89, school=0.86),),
        language="cy",
    ),
    DemoSite(
        "northmoor",
        "Northmoor",
        Nation.ENGLAND,
        "Yorkshire and the Humber",
        "Northmoor Children's Trust",
        ("Northmoor Council",),
        Phase.LIVE,
        64,
        (
            DemoTeam(
                "east",
                "Northmoor East",
                completed=0.91,
                school=0.90,
                adherence=0.79,
                last_note_waits=True,
                questions=(
                    DemoQuestion(
                        7,
                        "The family court asks the team for written assessments, which MST does not make.",
                        "We wrote to the court's administration and sent the sheet on what MST does and does not "
                        "report. They have agreed to ask the social worker instead.",
                    ),
                ),
            ),
            DemoTeam(
                "west",
                "Northmoor West",
                completed=0.78,
                at_home=0.88,
                adherence=0.61,
                last_review_waits=True,
            ),
        ),
    ),
    DemoSite(
        "harbourside",
        "Harbourside",
        Nation.ENGLAND,
        "South West",
        "Harbour Family Services",
        ("Harbourside Council",),
        Phase.LIVE,
        41,
        (
            DemoTeam(
                "harbour",
                "Harbour team",
                no_arrests=0.86,
                consultation=0.82,
                questions=(
                    DemoQuestion(
                        11,
                        "Referrals come through a new panel that meets once a month, so families wait for five weeks.",
                    ),
                ),
            ),
        ),
    ),
    DemoSite(
        "glen-tarrow",
        "Glen Tarrow",
        Nation.SCOTLAND,
        "East",
        "Tarrow Young People's Charity",
        ("Glen Tarrow Council", "Tarrow Health Board"),
        Phase.LIVE,
        122,
        (DemoTeam("tarrow", "Tarrow team", completed=0.93, adherence=0.83, consultation=0.98),),
    ),
    DemoSite(
        "lough-brae",
        "Lough Brae",
        Nation.NORTHERN_IRELAND,
        "Lakeland",
        "Brae Social Care Trust",
        ("Lough Brae Trust",),
        Phase.LIVE,
        19,
        (
            DemoTeam(
                "brae",
                "Brae team",
                school=0.71,
                adherence=0.66,
                questions=(
                    DemoQuestion(2, "Who trains a new supervisor before the next course begins?"),
                ),
            ),
        ),
    ),
    DemoSite(
        "kestrel-wharf",
        "Kestrel Wharf",
        Nation.ENGLAND,
        "London",
        "Kestrel NHS Trust",
        ("Kestrel Wharf Council", "Kestrel Integrated Care Board"),
        Phase.LIVE,
        52,
        (
            DemoTeam("wharf", "Wharf team"),
            DemoTeam("wharf-can", "Wharf MST-CAN team", model=MstModel.CAN, completed=0.90),
        ),
    ),
    DemoSite(
        "ardwell",
        "Ardwell",
        Nation.ENGLAND,
        "East Midlands",
        "Ardwell Council",
        ("Ardwell Council",),
        Phase.LIVE,
        7,
        (DemoTeam("ardwell", "Ardwell team", completed=0.84, consultation=0.9),),
    ),
    DemoSite(
        "bryn-celyn",
        "Bryn Celyn",
        Nation.WALES,
        "West",
        "Celyn Partnership",
        ("Bryn Celyn Council",),
        Phase.SET_UP,
        model=MstModel.FIT,
        language="cy",
    ),
    DemoSite(
        SETTING_UP,
        "Pennyfield",
        Nation.ENGLAND,
        "North West",
        "Pennyfield Families First",
        ("Pennyfield Council",),
        Phase.SET_UP,
    ),
    DemoSite(
        "westmere",
        "Westmere",
        Nation.ENGLAND,
        "South East",
        "Westmere Children's Services",
        ("Westmere Council",),
        Phase.SET_UP,
    ),
    DemoSite(
        "castle-reach",
        "Castle Reach",
        Nation.SCOTLAND,
        "West",
        "Reach Together",
        ("Castle Reach Council",),
        Phase.ON_HOLD,
    ),
    DemoSite(
        "inish-cove",
        "Inish Cove",
        Nation.IRELAND,
        "South",
        "Cove Youth Services",
        ("Inish Cove Agency",),
        Phase.SET_UP,
    ),
    DemoSite(
        "eastholme",
        "Eastholme",
        Nation.ENGLAND,
        "East of England",
        "Eastholme Trust",
        ("Eastholme Council",),
        Phase.CLOSED,
        months_open=88,
    ),
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One sign-in per role; `site` and `teams` say where the role is held, `setting_up` where it is held besides."""

    role: Role
    email: str
    full_name: str
    site: str = ""
    teams: tuple[str, ...] = ()
    setting_up: str = ""

    def teams_on(self, site: str) -> tuple[str, ...]:
        """Return for which teams of a site the role is held, empty for the whole of it; nothing where it is not."""
        if site == self.site:
            return self.teams or ("",)
        return ("",) if site == self.setting_up else ()


PEOPLE = (
    DemoPerson(Role.MST_UK_LEAD, "lead@example.org", "Demo Lead"),
    DemoPerson(Role.MST_UK_STAFF, "staff@example.org", "Demo Staff"),
    DemoPerson(
        Role.CONSULTANT, "consultant@example.org", "Demo Consultant", "northmoor", ("east", "west")
    ),
    DemoPerson(
        Role.PROVIDER_MANAGER,
        "manager@example.org",
        "Demo Manager",
        "northmoor",
        setting_up=SETTING_UP,
    ),
    DemoPerson(
        Role.SUPERVISOR, "supervisor@example.org", "Demo Supervisor", "northmoor", ("east",)
    ),
    DemoPerson(
        Role.BACK_UP_SUPERVISOR, "backup@example.org", "Demo Back-up", "northmoor", ("east",)
    ),
    DemoPerson(Role.THERAPIST, "therapist@example.org", "Demo Therapist", "northmoor", ("east",)),
    DemoPerson(
        Role.ADMINISTRATOR,
        "administrator@example.org",
        "Demo Administrator",
        "northmoor",
        ("east",),
    ),
    DemoPerson(
        Role.COMMISSIONER,
        "commissioner@example.org",
        "Demo Commissioner",
        "northmoor",
        setting_up=SETTING_UP,
    ),
    DemoPerson(
        Role.STEERING_GROUP_MEMBER,
        "steering@example.org",
        "Demo Steering",
        "northmoor",
        setting_up=SETTING_UP,
    ),
)
