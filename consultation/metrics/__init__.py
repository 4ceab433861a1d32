"""The figures of a Performance Implementation Review: arithmetic on facts, no database."""

from consultation.metrics.facts import ClosureGroup, ConsultationWeek, EpisodeFacts, opportunity
from consultation.metrics.figures import review_metrics
from consultation.metrics.results import Metric, Operator, Status, Target, Unit
from consultation.metrics.suppression import suppressed
from consultation.metrics.targets import CLOSURE_GROUPS, CLOSURE_REASONS, Targets

__all__ = [
    "CLOSURE_GROUPS",
    "CLOSURE_REASONS",
    "ClosureGroup",
    "ConsultationWeek",
    "EpisodeFacts",
    "Metric",
    "Operator",
    "Status",
    "Target",
    "Targets",
    "Unit",
    "opportunity",
    "review_metrics",
    "suppressed",
]
