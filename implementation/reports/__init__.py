"""Papers of site development as PDFs, each from content that is kept."""

from implementation.reports.minutes import draw_minutes
from implementation.reports.needs import draw_paper

__all__ = ["draw_minutes", "draw_paper"]
