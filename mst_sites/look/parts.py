"""What the components show: small frozen records that a view builds and a template tag draws."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Crumb:
    label: Text
    url: str = ""


@dataclass(frozen=True)
class Task:
    """A line of a task list; without an address it cannot be started yet."""

    label: Text
    status: str
    url: str = ""
    hint: Text = ""


@dataclass(frozen=True)
class Event:
    """A moment of a timeline: past with its day, or ahead with the day it is due."""

    label: Text
    on: date | datetime | None = None
    status: str = ""
    text: Text = ""
    by: Text = ""
    url: str = ""


@dataclass(frozen=True)
class Fact:
    """A line of a summary list; the action's hidden words say what is changed."""

    label: Text
    value: Text
    url: str = ""
    action: Text = ""
    status: str = ""


@dataclass(frozen=True)
class Tile:
    """One figure that people look at first, with the k of n that it came from."""

    label: Text
    figure: Text
    note: Text = ""
    status: str = ""
    url: str = ""


@dataclass(frozen=True)
class Tab:
    label: Text
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class GridCell:
    """A square of a coloured grid: its status gives colour and shape, its text the word."""

    status: str
    text: Text = ""
    url: str = ""


@dataclass(frozen=True)
class GridRow:
    label: Text
    cells: Sequence[GridCell]
    url: str = ""
    note: Text = ""


@dataclass(frozen=True)
class Grid:
    caption: Text
    columns: Sequence[Text]
    rows: Sequence[GridRow]
    corner: Text = ""
    letters: Sequence[Text] = ()  # for the columns, where the page is too narrow for their names


@dataclass(frozen=True)
class Remark:
    """A comment with its replies, and the passage that it is about."""

    by: Text
    at: datetime
    text: Text
    quote: Text = ""
    resolved: bool = False
    replies: Sequence["Remark"] = field(default_factory=tuple)
    url: str = ""
    id: str = ""


@dataclass(frozen=True)
class Progress:
    """A job in the background: `url` answers with the same fragment until the job has ended."""

    status: str
    label: Text
    url: str
    done: int = 0
    total: int = 0
    detail: Text = ""
    result_url: str = ""
    result_label: Text = ""
    id: str = "progress"

    @property
    def is_over(self) -> bool:
        return self.status in {"ready", "done", "failed", "cancelled"}


@dataclass(frozen=True)
class Version:
    """One of two texts that clash: whose, when, and what it says."""

    label: Text
    text: str
    value: str
    at: datetime | None = None
