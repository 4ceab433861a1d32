"""Taking in episodes and TAM-R scores from files: all of it, or nothing."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from consultation.imports.episodes import EpisodeRow, ImportRows, TamRRow, parse_import
from consultation.imports.faults import Faults
from consultation.models import ClosureReason, Episode, EpisodeImport, TamR
from mst_sites.accounts.models import User
from mst_sites.audit import operations as audit
from mst_sites.tenancy.models import Team

BATCH = 1_000
# The columns of an episode that a file brings; the closure is compared by its code.
BROUGHT = (
    "referred_on",
    "accepted_on",
    "started_on",
    "closed_on",
    "at_home",
    "school_work",
    "no_new_arrests",
)


class ImportFile(NamedTuple):
    """A file that somebody gives in, with the name that it has with them."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Changes:
    """What a file brings that the team did not have, sorted by what is to be done with it."""

    new: Sequence[Any]
    changed: Sequence[Any]
    unchanged: int


class FaultyFilesError(Exception):
    """The files cannot be taken; `faults` say what to put right, each with the name of its file."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(str(faults))
        self.faults = faults


def import_episodes(
    *,
    team: Team,
    episodes_file: tuple[str, bytes] | None,
    tam_r_file: tuple[str, bytes] | None = None,
    today: date,
    by: User | None,
) -> EpisodeImport:
    """Take in a team's episodes, their TAM-R scores, or both. The same files twice change nothing.

    A file without rows may come beside one that has some: not every team has scores already.

    :raises ValidationError: there is no file, or no row in what there is.
    :raises FaultyFilesError: a row of a file cannot be taken, so nothing is.
    """
    if episodes_file is None and tam_r_file is None:
        raise ValidationError({"episodes_file": _("Choose a file.")})
    files = _named(episodes_file), _named(tam_r_file)
    with transaction.atomic():
        # One import of a team after the other, so that neither counts what the other brings.
        Team.objects.select_for_update(of=("self",), no_key=True).get(pk=team.pk)
        known = {episode.case_ref: episode for episode in _episodes_of(team)}
        reasons = _closure_reasons()
        rows = _read(known.values(), *files, today=today, closure_codes=list(reasons))
        _refuse_nothing(rows, *files)
        kept = _record(team, *files, now=timezone.now(), by=by)
        episodes = _compare_episodes(rows.episodes, known, reasons, kept)
        _store(Episode, [*episodes.new, *episodes.changed])
        known |= {episode.case_ref: episode for episode in episodes.new}
        scores = _compare_scores(rows.tam_r, known, team)
        _store(TamR, [*scores.new, *scores.changed])
        counts = {**_counts("episodes", episodes), **_counts("tam_r", scores)}
        for name, count in counts.items():
            setattr(kept, name, count)
        kept.save()
        details = {"team": team.slug, **counts}
        audit.record("episodes.imported", site=team.site, subject=kept, details=details, by=by)
    return kept


def _named(file: tuple[str, bytes] | None) -> ImportFile | None:
    return ImportFile(*file) if file else None


def _episodes_of(team: Team) -> "Iterable[Episode]":
    episodes: Iterable[Episode] = (
        Episode.objects.of_team(team)
        .select_related("closure_reason")
        .annotate(first_tam_r=Min("tam_rs__collected_on"))
    )
    return episodes


def _read(
    known: Collection[Any],
    episodes_file: ImportFile | None,
    tam_r_file: ImportFile | None,
    *,
    today: date,
    closure_codes: list[str],
) -> ImportRows:
    parsed = parse_import(
        episodes=episodes_file and episodes_file.content,
        tam_r=tam_r_file and tam_r_file.content,
        today=today,
        closure_codes=closure_codes,
        started={episode.case_ref: episode.started_on for episode in known},
        collected={each.case_ref: each.first_tam_r for each in known if each.first_tam_r},
    )
    if isinstance(parsed, ImportRows):
        return parsed
    names = {
        _("episodes"): episodes_file.name if episodes_file else "",
        _("TAM-R"): tam_r_file.name if tam_r_file else "",
    }
    raise FaultyFilesError(
        Faults(tuple(replace(fault, file=names[fault.file]) for fault in parsed.every))
    )


def _refuse_nothing(
    rows: ImportRows, episodes_file: ImportFile | None, tam_r_file: ImportFile | None
) -> None:
    if rows.episodes or rows.tam_r:
        return
    files = {"episodes_file": episodes_file, "tam_r_file": tam_r_file}
    sentence = _("This file has no rows under its first line, so nothing was imported.")
    raise ValidationError({field: sentence for field, file in files.items() if file})


def _closure_reasons() -> dict[str, ClosureReason]:
    reasons = ClosureReason.objects.filter(is_current=True).order_by("position", "code")
    return {reason.code: reason for reason in reasons}


def _record(
    team: Team,
    episodes_file: ImportFile | None,
    tam_r_file: ImportFile | None,
    *,
    now: datetime,
    by: User | None,
) -> EpisodeImport:
    kept = EpisodeImport(site=team.site, team=team, imported_by=by, imported_at=now)
    if episodes_file:
        kept.episodes_file_name = episodes_file.name[-255:]
        kept.episodes_sha256 = episodes_file.sha256
    if tam_r_file:
        kept.tam_r_file_name = tam_r_file.name[-255:]
        kept.tam_r_sha256 = tam_r_file.sha256
    kept.full_clean(exclude=["site", "team", "imported_by"], validate_unique=False)
    kept.save()
    return kept


def _compare_episodes(
    rows: Iterable[EpisodeRow],
    known: dict[str, Episode],
    reasons: dict[str, ClosureReason],
    kept: EpisodeImport,
) -> Changes:
    new, changed, unchanged = [], [], 0
    for row in rows:
        episode = known.get(row.case_ref)
        if episode is not None and _as_known(episode) == _as_brought(row):
            unchanged += 1
            continue
        if episode is None:
            episode = Episode(site=kept.site, team=kept.team, case_ref=row.case_ref)
            new.append(episode)
        else:
            episode.version += 1
            changed.append(episode)
        for name in BROUGHT:
            setattr(episode, name, getattr(row, name))
        # A reason keeps the version that it was given under.
        if _code(episode) != row.closure_code:
            episode.closure_reason = reasons.get(row.closure_code)
        episode.imported_in = kept
    return Changes(new, changed, unchanged)


def _as_known(episode: Episode) -> tuple[Any, ...]:
    return (*(getattr(episode, name) for name in BROUGHT), _code(episode))


def _as_brought(row: EpisodeRow) -> tuple[Any, ...]:
    return (*(getattr(row, name) for name in BROUGHT), row.closure_code)


def _code(episode: Episode) -> str:
    return episode.closure_reason.code if episode.closure_reason else ""


def _compare_scores(rows: Sequence[TamRRow], episodes: dict[str, Episode], team: Team) -> Changes:
    if not rows:
        return Changes([], [], 0)
    known = {
        (score.episode_id, score.collected_on): score
        for score in TamR.objects.filter(site=team.site_id, episode__team=team).order_by()
    }
    new, changed, unchanged = [], [], 0
    for row in rows:
        episode = episodes[row.case_ref]
        score = known.get((episode.pk, row.collected_on))
        if score is None:
            new.append(
                TamR(
                    site=team.site, episode=episode, collected_on=row.collected_on, score=row.score
                )
            )
        elif score.score != row.score:
            score.score = row.score
            changed.append(score)
        else:
            unchanged += 1
    return Changes(new, changed, unchanged)


UNIQUE: dict[type, list[str]] = {
    Episode: ["site", "team", "case_ref"],
    TamR: ["site", "episode", "collected_on"],
}
UPDATED: dict[type, list[str]] = {
    Episode: [*BROUGHT, "closure_reason", "imported_in", "version"],
    TamR: ["score"],
}


def _store(model: Any, rows: Sequence[Any]) -> None:
    """Insert what is new and change what is not, in as few statements as there are thousands."""
    model.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=UNIQUE[model],
        update_fields=UPDATED[model],
    )


def _counts(name: str, changes: Changes) -> dict[str, int]:
    return {
        f"{name}_new": len(changes.new),
        f"{name}_changed": len(changes.changed),
        f"{name}_unchanged": changes.unchanged,
    }
