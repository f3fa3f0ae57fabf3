"""Looking for other open cases of the same customer, or about the same record."""

from typing import Protocol

from temporalio import activity

from cases.other_case import OtherCase
from cases.work import OtherCases, OtherCasesRequest


class OpenCases(Protocol):
    """What this needs of the ledger."""

    async def other_open_cases(self, request: OtherCasesRequest) -> tuple[OtherCase, ...]:
        """Open cases of the same customer or about one of the same records, oldest first."""
        ...


class FindingOtherCases:
    """Finds what else is going on."""

    def __init__(self, cases: OpenCases) -> None:
        self._cases = cases

    @activity.defn
    async def other_open_cases(self, request: OtherCasesRequest) -> OtherCases:
        """The other open cases, as the ledger knows them now."""
        return OtherCases(cases=await self._cases.other_open_cases(request))
