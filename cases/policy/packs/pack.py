"""A language pack: all that is known of one language, whatever the tenant."""

from cases.policy.packs.courtesy import CourtesyWords
from cases.policy.packs.handover import HandoverWords
from cases.policy.packs.machine_mail import MachineMailWords
from cases.policy.packs.mail import MailWords
from cases.policy.packs.quoting import QuotingWords
from cases.policy.packs.requests import RequestWords
from cases.policy.packs.reviewers import ReviewerWords
from cases.policy.packs.values import ValueWords
from cases.record import Record


class LanguagePack(Record):
    """One language."""

    mail: MailWords = MailWords()
    machine_mail: MachineMailWords = MachineMailWords()
    requests: RequestWords = RequestWords()
    handover: HandoverWords = HandoverWords()
    courtesy: CourtesyWords = CourtesyWords()
    reviewers: ReviewerWords = ReviewerWords()
    values: ValueWords = ValueWords()
    quoting: QuotingWords = QuotingWords()
