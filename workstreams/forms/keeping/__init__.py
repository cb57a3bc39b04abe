"""What the business unit says when it keeps the plan: one form a noun."""

from .items import OfficerForm, RecommendationForm, SourceForm
from .key import LevelForm
from .measures import MeasureForm, ProgressForm, TargetForm
from .places import ActionForm, MoveToForm, OutcomeForm, WorkstreamForm
from .plans import NewPlanForm, PlanForm
from .reason import KeptForm, MoveForm
from .texts import PassageForm

__all__ = [
    "ActionForm",
    "KeptForm",
    "LevelForm",
    "MeasureForm",
    "MoveForm",
    "MoveToForm",
    "NewPlanForm",
    "OfficerForm",
    "OutcomeForm",
    "PassageForm",
    "PlanForm",
    "ProgressForm",
    "RecommendationForm",
    "SourceForm",
    "TargetForm",
    "WorkstreamForm",
]
