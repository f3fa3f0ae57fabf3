"""The ledger's tables, in the schema `public`."""

from ledger.tables.action import ActionRow
from ledger.tables.audit import AuditRow
from ledger.tables.base import LedgerTable
from ledger.tables.cached_answer import CachedAnswerRow
from ledger.tables.case import CaseRow
from ledger.tables.decision_log import DecisionLogEndRow, DecisionLogRow
from ledger.tables.help_centre import ArticleRow, PassageRow
from ledger.tables.history import DecisionRow, ModelCallRow, OutcomeRow, ReplyRow, ReviewRow, SatisfactionRow
from ledger.tables.lockout import LockoutRow
from ledger.tables.person import PersonRow, SessionRow, SignInAttemptRow, SignInFlowRow
from ledger.tables.policy import PolicyRow
from ledger.tables.source import DeliveryRow, HelpdeskWriteRow, SourceRow
from ledger.tables.switch import SwitchingRow

__all__ = [
    "ActionRow",
    "ArticleRow",
    "AuditRow",
    "CachedAnswerRow",
    "CaseRow",
    "DecisionLogEndRow",
    "DecisionLogRow",
    "DecisionRow",
    "DeliveryRow",
    "HelpdeskWriteRow",
    "LedgerTable",
    "LockoutRow",
    "ModelCallRow",
    "OutcomeRow",
    "PassageRow",
    "PersonRow",
    "PolicyRow",
    "ReplyRow",
    "ReviewRow",
    "SatisfactionRow",
    "SessionRow",
    "SignInAttemptRow",
    "SignInFlowRow",
    "SourceRow",
    "SwitchingRow",
]
