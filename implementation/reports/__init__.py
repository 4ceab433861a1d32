"""Papers of site development as PDFs, each from content that is kept."""

from implementation.reports.needs import draw_paper

__all__ = ["draw_paper"]
