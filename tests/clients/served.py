"""A server in a process of its own that dies and comes back at the same port, and an app with consents to follow."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from prometheus_client.parser import text_string_to_metric_families

from tests.cli.conftest import Canbao
from tests.resolvers.opened import BIND, CONSENT, FINISH, PAY, SUBMIT
from tests.resolvers.served import PATIENCE_SECONDS, Client
from tests.resolvers.test_served import forms

APP = "follower"
CROWD = "crowd"
GUIZHOU = "52"
TYPES = ("SUBMITTED", "PAID", "FINISHED")
"""What the app is told of each contribution."""
LOG = "{ events(first: 100) { edges { node { __typename id } } } }"


def environment(port: int, secret: str) -> dict[str, str]:
    """What the app's programs know: the server, and their credentials."""
    own = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
    server = f"http://127.0.0.1:{port}"
    return {**own, "SERVER": server, "CLIENT_ID": APP, "CLIENT_SECRET": secret, "NO_COLOR": "1"}


class Stage:
    """A world behind a server that may be killed, the app that follows it, and people for whom much happens."""

    def __init__(self, canbao: Canbao, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as held:
            self.port: int = held.getsockname()[1]
        self.secrets = {
            name: self._added(canbao, name, role, scopes)
            for name, role, scopes in (
                (APP, "PARTNER", ("read", "events")),
                (CROWD, "PARTNER", ("read", "write", "impersonate")),
            )
        }
        assert canbao("grant", "add", APP, "--province", GUIZHOU, "--type", "CONTRIBUTIONS").exit_code == 0
        told = json.loads(canbao("client", "list", "--json").output)
        self._app_id = next(each["id"] for each in told if each["name"] == APP)

    def _added(self, canbao: Canbao, name: str, role: str, scopes: Sequence[str]) -> str:
        asked = [argument for scope in scopes for argument in ("--scope", scope)]
        result = canbao("client", "add", name, "--role", role, *asked, "--json")
        assert result.exit_code == 0, result.output
        secret: str = json.loads(result.output)["secret"]
        return secret

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the app knows."""
        return environment(self.port, self.secrets[APP])

    def start(self) -> None:
        """The server answers again, at the same port."""
        command = [sys.executable, "-m", "resolvers.cli", "serve", "--port", str(self.port)]
        log = (self._folder / "server.log").open("ab")
        with log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        waiting = threading.Event()
        for _ in range(10 * PATIENCE_SECONDS):
            try:
                if Client(self.port).send("GET", "/readyz", {}).status == 200:
                    return
            except OSError:
                assert self._process.poll() is None, (self._folder / "server.log").read_text()
            waiting.wait(0.1)
        raise AssertionError((self._folder / "server.log").read_text())

    def end(self, number: signal.Signals = signal.SIGKILL) -> None:
        """The server is gone."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(PATIENCE_SECONDS)
            self._process = None

    def token(self, **form: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            headers = {"content-type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/oauth/token", urlencode(form), headers)
            token: str = json.loads(connection.getresponse().read())["access_token"]
        finally:
            connection.close()
        return token

    def app(self) -> Client:
        """The app, signed in."""
        return Client(
            self.port,
            self.token(grant_type="client_credentials", client_id=APP, client_secret=self.secrets[APP]),
        )

    def log(self) -> list[tuple[str, str]]:
        """All that the app may see, in order: id and type of each event."""
        edges = self.app().data(LOG)["events"]["edges"]
        return [(edge["node"]["id"], edge["node"]["__typename"]) for edge in edges]

    def befallen(self) -> set[str]:
        """The faults that have befallen events since the server started."""
        page = Client(self.port).send("GET", "/metrics", {}).text
        found = [family for family in text_string_to_metric_families(page) if family.name == "canbao_event_faults"]
        return {sample.labels["fault"] for family in found for sample in family.samples}

    def people(self, count: int) -> Iterator[tuple[Client, str]]:
        """Citizens, each with a member whose events the app may see and for whom nothing is paid yet."""
        everybody = forms(Client(self.port))
        for number in range(2, 2 + count):
            name = f"employee-{number}"
            payer = Client(self.port).signed_in(name)
            member: str = payer.mutate(BIND, **everybody[name])["binding"]["member"]["id"]
            insured = self.token(
                grant_type="urn:ietf:params:oauth:grant-type:token-exchange",
                client_id=CROWD,
                client_secret=self.secrets[CROWD],
                subject_token=member,
                subject_token_type="urn:canbao:params:oauth:token-type:person",
            )
            given = Client(self.port, insured).mutate(CONSENT, clientId=self._app_id, dataType="CONTRIBUTIONS")
            assert given["__typename"] == "ConsentGiven", given
            yield payer, member

    def contribute(self, payer: Client, member: str) -> None:
        """Three events of which the app is told."""
        contribution = payer.mutate(SUBMIT, personId=member, coverageYear=2025)["contribution"]["id"]
        for document in (PAY, FINISH):
            done: dict[str, Any] = payer.mutate(document, contributionId=contribution)
            assert done["__typename"].startswith("ResidentContribution"), done


@contextmanager
def staged(canbao: Canbao, folder: Path) -> Iterator[Stage]:
    """The stage, with its server up; at the end nothing of it runs."""
    stage = Stage(canbao, folder)
    stage.start()
    try:
        yield stage
    finally:
        stage.end()
