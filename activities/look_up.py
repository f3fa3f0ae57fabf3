"""Looking up: the systems of record are asked, all questions at once, and each answers or fails by itself."""

import asyncio

from temporalio import activity

from cases.errors import ToolFailure
from cases.facts import Account, Facts, IdentityStrength, LookupFailure, LookupKind, LookupRequest
from cases.ticket import Customer
from cases.work import LookupOrder
from integrations.commerce.protocol import Commerce


class LookingUp:
    """Asks one shop. Reading is safe to repeat."""

    def __init__(self, shop: Commerce) -> None:
        self._shop = shop

    @activity.defn
    async def look_up(self, order: LookupOrder) -> Facts:
        """Answer every question that can be answered; the rest is told under `failures`."""
        found = Facts()
        for part in await asyncio.gather(*(self._answer(request, order.customer) for request in order.requests)):
            found = found.with_answers(part)
        return found

    async def _answer(self, request: LookupRequest, customer: Customer) -> Facts:
        try:
            part = await self._ask(request, customer)
        except ToolFailure as failure:
            return Facts(failures=(LookupFailure(kind=request.kind, sentence=str(failure)[:300]),))
        return part.model_copy(update={"asked": (request.key,)})

    async def _ask(self, request: LookupRequest, customer: Customer) -> Facts:
        match request.kind:
            case LookupKind.CUSTOMER:
                account = await self._account(request)
                return Facts(account=account, identity=identity(account, customer))
            case LookupKind.ORDERS if request.by == "order_id":
                order = await self._shop.order(request.value)
                return Facts(orders=(order,) if order else ())
            case LookupKind.ORDERS:
                return Facts(orders=await self._shop.orders_of(request.value))
            case LookupKind.PAYMENTS:
                return Facts(payments=await self._shop.payments_of(request.value))
            case LookupKind.SUBSCRIPTION:
                return Facts(subscription=await self._shop.subscription_of(request.value))

    async def _account(self, request: LookupRequest) -> Account | None:
        if request.by == "email":
            return await self._shop.account_by_email(request.value)
        return await self._shop.account(request.value)


def identity(account: Account | None, customer: Customer) -> IdentityStrength:
    """How sure it is that the sender owns the account that was found."""
    if account is None:
        return IdentityStrength.UNKNOWN
    same_address = customer.email is not None and customer.email.lower() == account.email.lower()
    same_id = customer.id is not None and customer.id == account.id
    if customer.authenticated and (same_address or same_id):
        return IdentityStrength.VERIFIED
    return IdentityStrength.MATCHED if same_address else IdentityStrength.CLAIMED
