from cases.search_attributes import REGISTRY, start_dev_arguments
from tests.development_server import development_server, search_attributes_of

REGISTERED = {attribute.name: attribute.type_name for attribute in REGISTRY}


def test_every_attribute_is_ours_by_name_and_stands_once() -> None:
    assert len(REGISTERED) == len(REGISTRY)
    assert all(name.startswith("Signalbox") for name in REGISTERED)


async def test_the_embedded_server_knows_every_attribute_from_its_start() -> None:
    async with development_server(*start_dev_arguments()) as client:
        assert await search_attributes_of(client, "default") == REGISTERED
