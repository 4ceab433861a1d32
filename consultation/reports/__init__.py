"""The Performance Implementation Review as pictures, tables and a PDF, each from the same frozen content."""

from consultation.reports.drawing import draw_review, drawing_of_period

__all__ = ["draw_review", "drawing_of_period"]
