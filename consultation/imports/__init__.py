"""Files that teams bring: read as a whole or refused as a whole; no database here."""

from consultation.imports.episodes import (
    EPISODE_COLUMNS,
    TAM_R_COLUMNS,
    EpisodeRow,
    ImportRows,
    TamRRow,
    parse_episodes,
    parse_import,
    parse_tam_r,
)
from consultation.imports.faults import Fault, Faults
from consultation.imports.tables import MOST_BYTES, MOST_ROWS

__all__ = [
    "EPISODE_COLUMNS",
    "MOST_BYTES",
    "MOST_ROWS",
    "TAM_R_COLUMNS",
    "EpisodeRow",
    "Fault",
    "Faults",
    "ImportRows",
    "TamRRow",
    "parse_episodes",
    "parse_import",
    "parse_tam_r",
]
