"""Where a run goes (压测的目标): what cannot be used is found before anybody comes, with what to do about it."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from typing import Final
from urllib.parse import urlsplit

from loadtests.answers import NotAnswered, Wrong, at, data_of
from loadtests.documents import documents
from loadtests.visits import ANSWER_SECONDS, Target

_WORLD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


class BadInput(ValueError):
    """Something that a run was given cannot be used; the message says what, and what to do."""


def target_of(host: str, world: str) -> Target:
    """The server at that address and the world of that name, the default world where it is empty. Raises BadInput."""
    address = urlsplit(host)
    if address.scheme not in ("http", "https") or not address.netloc or address.username or address.query:
        raise BadInput("the host is an address such as http://127.0.0.1:8000")
    if world and not _WORLD.fullmatch(world):
        raise BadInput("the world is given by its name")
    return Target(host.rstrip("/"), world)


def world_of(target: Target) -> tuple[str, str]:
    """The instant and the fingerprint of the world, from a server that answers. Raises BadInput."""
    asked = json.dumps({"query": documents()["WorldNow"]}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
    request = urllib.request.Request(f"{target.host}{target.path}", asked, headers)
    # The environment's proxies are for other hosts than a server under test.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=ANSWER_SECONDS) as answer:
            data = data_of(answer.status, answer.read())
            return str(at(data, "world.now")), str(at(data, "world.fingerprint"))
    except urllib.error.HTTPError as error:
        with error:
            raise BadInput(f"{target.path} answers HTTP {error.code}: is there such a world?") from None
    except (OSError, ValueError, NotAnswered, Wrong) as error:
        raise BadInput(f"no Canbao server answers at {target.host}{target.path} ({type(error).__name__})") from None
