"""The list of YouTube channels: our own file, or the one that the connection names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import yaml
from pydantic import ValidationError

from include.errors import SchemaDrift
from include.sources.http import HttpClient
from include.sources.records.youtube import ChannelConfig, Channels

OWN_LIST = Path(__file__).with_name("config") / "youtube.yaml"
CONFIG_URL = "config_url"
"""Extra of the connection: an address with a list of the same form, where editors keep it elsewhere."""


def configured_channels(client: HttpClient) -> list[ChannelConfig]:
    """The channels in their order.

    :raises SchemaDrift: the list is empty or not as it should be. Nothing is read then, and nothing unpublished.
    """
    where = client.settings.get(CONFIG_URL) or OWN_LIST.name
    body = replace(client, api_key=None).get(where, where).content if where != OWN_LIST.name else OWN_LIST.read_bytes()
    try:
        return Channels.model_validate(yaml.safe_load(body)).root
    except (ValidationError, yaml.YAMLError) as error:
        raise SchemaDrift(
            "The list of channels is not as it should be",
            source=client.source,
            where=where,
            sample=" ".join(str(error).split())[:300],
            what_to_do="Correct the list: include/sources/config/youtube.yaml says what it may have.",
        ) from error
