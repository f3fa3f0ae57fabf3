"""Who runs the models of a policy: the local provider, and a hosted one for each row under `providers`."""

import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from cases.errors import InvalidInput
from cases.ladder import Usage
from cases.policy.document import Policy
from cases.policy.models import LOCAL, ProviderDocument, WireFormat
from integrations.models.completion import CompletionClient
from integrations.models.hosted import HostedProvider
from integrations.models.prices import UnknownPrice, cost_of
from integrations.models.protocol import Hearer


class MissingKey(InvalidInput):
    """A provider whose secret is not in the environment."""

    def __init__(self, provider: str, variable: str) -> None:
        super().__init__(
            variable,
            f"is not set, and the policy's provider {provider} needs it.",
            "Set it to the provider's key, or take its models out of the policy.",
        )


@asynccontextmanager
async def hosted_providers(policy: Policy, policies: Mapping[str, Policy]) -> AsyncGenerator[dict[str, HostedProvider]]:
    """Hold a provider for each row that a model of the policy uses; `policies` are all that cases may run on.

    Raises MissingKey, and InvalidInput for a model whose price nobody knows: its cost could not be held to a ceiling.
    """
    check_prices(policy)
    used = sorted({model.provider for model in policy.document.models.values()} - {LOCAL})
    rows = {name: policy.document.providers[name] for name in used}
    keys = {name: _key(name, row) for name, row in rows.items()}
    async with AsyncExitStack() as opened:
        providers: dict[str, HostedProvider] = {}
        for name, row in rows.items():
            client = _client(row, keys[name])
            opened.push_async_callback(client.close)
            providers[name] = HostedProvider(client, row.format, policies)
        yield providers


@asynccontextmanager
async def hosted_hearers(policy: Policy, policies: Mapping[str, Policy]) -> AsyncGenerator[dict[str, Hearer]]:
    """Hold a hearer for each provider of a model that hears. Raises MissingKey."""
    used = sorted({model.provider for model in policy.document.models.values() if model.hears})
    async with AsyncExitStack() as opened:
        hearers: dict[str, Hearer] = {}
        for name in used:
            from integrations.models.hearing import HostedHearer
            from integrations.models.transcription import OpenAITranscriber

            row = policy.document.providers[name]
            transcriber = OpenAITranscriber(_key(name, row), row.base_url)
            opened.push_async_callback(transcriber.close)
            hearers[name] = HostedHearer(transcriber, policies)
        yield hearers


def _key(name: str, provider: ProviderDocument) -> str:
    key = os.environ.get(provider.key)
    if not key:
        raise MissingKey(name, provider.key)
    return key


def _client(provider: ProviderDocument, key: str) -> CompletionClient:
    # The SDKs take a second to load; a worker of local models alone does not wait for them.
    match provider.format:
        case WireFormat.OPENAI:
            from integrations.models.openai_client import OpenAIClient

            return OpenAIClient(key, provider.base_url)
        case WireFormat.ANTHROPIC:
            from integrations.models.anthropic_client import AnthropicClient

            return AnthropicClient(key, provider.base_url)


def check_prices(policy: Policy) -> None:
    """Raises InvalidInput for a model whose price neither the policy nor the price list knows."""
    for name, model in policy.document.models.items():
        # What hears is held to its `expected_cost`: it is paid by the minute, and minutes are in no price list.
        if model.provider == LOCAL or model.hears:
            continue
        wire = policy.document.providers[model.provider].format
        try:
            cost_of(model, wire, model.name or name, Usage(input_tokens=1, output_tokens=1))
        except UnknownPrice as error:
            raise InvalidInput(f"models.{name}", f"{error}.", "US dollars for a million tokens.") from None
