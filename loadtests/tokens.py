"""Tokens for the people of a run (压测令牌): the load generator is a client of its own, and gets one for each of them.

RFC 8693: a client with the scope `impersonate` exchanges a person's id for a token, in a sandbox. All of it happens
before anybody comes, so that nobody waits for it.
"""

from __future__ import annotations

import base64
import json
import os
import urllib.error
import urllib.request
from dataclasses import replace
from typing import Final
from urllib.parse import quote, urlencode

from loadtests.people import Person
from loadtests.plan import BadInput, Plan
from loadtests.visits import ANSWER_SECONDS, Target

SECRET: Final = "LOAD_CLIENT_SECRET"
"""The variable that holds the client's secret: others on the machine could read a command line."""
_FORM: Final = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:canbao:params:oauth:token-type:person",
}


def signed_in(plan: Plan, client: str | None) -> Plan:
    """The plan with a token for everybody whose line of the people file has none. Raises BadInput."""
    if all(person.token for person in plan.people):
        return plan
    secret = os.environ.get(SECRET)
    if client is None or not secret:
        raise BadInput(
            f"people of the file have no token: name a client with scope impersonate (--client), its secret in {SECRET}"
        )
    named = base64.b64encode(f"{quote(client)}:{quote(secret)}".encode()).decode()
    people = tuple(
        person if person.token else replace(person, token=_token(plan.target, person, named)) for person in plan.people
    )
    return replace(plan, people=people)


def _token(target: Target, person: Person, named: str) -> str:
    form = urlencode({**_FORM, "subject_token": person.person_id}).encode()
    headers = {"Authorization": f"Basic {named}", "Content-Type": "application/x-www-form-urlencoded"}
    request = urllib.request.Request(f"{target.host}{target.token_path}", form, headers)
    # The environment's proxies are for other hosts than a server under test.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=ANSWER_SECONDS) as answer:
            token: str = json.loads(answer.read())["access_token"]
            return token
    except urllib.error.HTTPError as error:
        with error:
            raise BadInput(f"{target.token_path} answers HTTP {error.code}: {_said(error.read())}") from None
    except (OSError, ValueError, KeyError) as error:
        raise BadInput(f"nobody gives tokens at {target.host}{target.token_path} ({type(error).__name__})") from None


def _said(body: bytes) -> str:
    try:
        return str(json.loads(body)["error_description"])[:200]
    except (ValueError, KeyError, TypeError):
        return "without saying why"
