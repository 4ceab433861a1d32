"""The rows of site development: templates, plans with their activities and moves, facts and gates."""

from implementation.models.facts import (
    FactCode,
    GateDecision,
    GateOutcome,
    ReviewOutcome,
    SiteFact,
)
from implementation.models.plans import (
    Activity,
    OpeningChange,
    OpeningReason,
    Plan,
    PlanState,
    StageTransition,
    TransitionKind,
    TransitionReason,
)
from implementation.models.stages import STAGE_OF_GATE, Area, Gate, Party, Stage
from implementation.models.templates import PlanTemplate, TemplateActivity, TemplateState

__all__ = [
    "STAGE_OF_GATE",
    "Activity",
    "Area",
    "FactCode",
    "Gate",
    "GateDecision",
    "GateOutcome",
    "OpeningChange",
    "OpeningReason",
    "Party",
    "Plan",
    "PlanState",
    "PlanTemplate",
    "ReviewOutcome",
    "SiteFact",
    "Stage",
    "StageTransition",
    "TemplateActivity",
    "TemplateState",
    "TransitionKind",
    "TransitionReason",
]
