"""Alerts: a sentence for ops, sent as Slack's incoming webhooks take it, which many others take too."""

import httpx

from cases.errors import ToolUnavailable


class AlertWebhook:
    """Posts `{"text": …}` to one address. The client given brings the timeouts, and is closed by its owner."""

    def __init__(self, client: httpx.AsyncClient, url: str) -> None:
        self._client = client
        self._url = url

    async def tell(self, sentence: str) -> None:
        """Tell ops. Raises ToolUnavailable where it may not have reached them."""
        try:
            (await self._client.post(self._url, json={"text": sentence})).raise_for_status()
        except httpx.HTTPError as error:
            # The address itself is the secret, and httpx would tell it.
            said = f"status {error.response.status_code}" if isinstance(error, httpx.HTTPStatusError) else ""
            raise ToolUnavailable(
                f"The alert could not be sent: {said or type(error).__name__}. Check SIGNALBOX_ALERT_URL."
            ) from None
