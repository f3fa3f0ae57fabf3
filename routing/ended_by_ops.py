"""What is written down of a case whose workflow came to no end of its own: nobody waits for it any more."""

from cases.case import CaseView, Step, StepKind
from cases.engine_runs import Run
from cases.outcome import Outcome, OutcomeKind, Stage
from cases.reason import ReasonCode
from cases.words import in_words
from routing.messages import reason


def ended_by_ops(view: CaseView, run: Run) -> CaseView:
    """The case as it stands after its run was ended from outside. An outcome that it had before stays."""
    why = reason(ReasonCode.ENDED_BY_OPS, how=in_words(run.ended or "ended"))
    return view.model_copy(
        update={
            "stage": Stage.CLOSED,
            "review": None,
            "questions": (),
            "waiting_for": None,
            "outcome": view.outcome or Outcome(kind=OutcomeKind.ENDED_BY_OPS, reason=why, at=run.at),
            "updated_at": max(view.updated_at, run.at),
            "steps": (*view.steps, Step(kind=StepKind.OUTCOME, sentence=why.sentence, at=run.at)),
        }
    )
