"""The rows of site development: templates, plans with their activities and moves, facts and gates."""

from implementation.models.change import (
    SIDE_OF_ROLE,
    Agreement,
    ChangeAnswer,
    ChangeQuestionnaire,
    ChangeRound,
    ChangeSide,
    ChangeStatement,
    ChangeSubject,
)
from implementation.models.enquiries import (
    Enquiry,
    EnquiryNote,
    EnquiryOutcome,
    EnquiryState,
    Heard,
)
from implementation.models.facts import (
    FactCode,
    GateDecision,
    GateOutcome,
    ReviewOutcome,
    SiteFact,
)
from implementation.models.feeds import FeedKey
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
    "SIDE_OF_ROLE",
    "STAGE_OF_GATE",
    "Activity",
    "Agreement",
    "Area",
    "ChangeAnswer",
    "ChangeQuestionnaire",
    "ChangeRound",
    "ChangeSide",
    "ChangeStatement",
    "ChangeSubject",
    "Enquiry",
    "EnquiryNote",
    "EnquiryOutcome",
    "EnquiryState",
    "FactCode",
    "FeedKey",
    "Gate",
    "GateDecision",
    "GateOutcome",
    "Heard",
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
