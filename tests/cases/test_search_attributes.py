from cases.search_attributes import REGISTRY, creation_arguments, start_dev_arguments
from tests.development_server import address_of, development_server, run_temporal, search_attributes_of

REGISTERED = {attribute.name: attribute.type_name for attribute in REGISTRY}


def test_every_attribute_is_ours_by_name_and_stands_once() -> None:
    assert len(REGISTERED) == len(REGISTRY)
    assert all(name.startswith("Signalbox") for name in REGISTERED)


def test_every_attribute_says_in_one_line_what_it_means() -> None:
    for attribute in REGISTRY:
        assert attribute.meaning.endswith(".")
        assert "\n" not in attribute.meaning


async def test_the_embedded_server_knows_every_attribute_from_its_start() -> None:
    async with development_server(*start_dev_arguments()) as client:
        assert await search_attributes_of(client, "default") == REGISTERED


async def test_the_create_command_registers_every_attribute_and_may_be_repeated() -> None:
    async with development_server() as client:
        where = ("--address", address_of(client), "--namespace", "default")
        for arguments in (*creation_arguments(), *creation_arguments()):
            await run_temporal("operator", "search-attribute", "create", *where, *arguments)
        assert await search_attributes_of(client, "default") == REGISTERED
