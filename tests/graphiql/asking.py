"""Another client of the same server: plain HTTP, as a program would ask."""

import json
from typing import Any
from urllib.request import Request, urlopen

SIGN_IN = """
mutation SignIn($input: SignInAsPersonaInput!) {
  signInAsPersona(input: $input) { ... on SignedIn { token } }
}
"""


class Asking:
    """Asks the server at an address, as whoever signed in last."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._headers = {"content-type": "application/json"}

    def sign_in(self, persona: str) -> None:
        answer = self.data(SIGN_IN, {"input": {"idempotencyKey": f"asking-{persona}", "persona": persona}})
        self._headers["authorization"] = f"Bearer {answer['signInAsPersona']['token']}"

    def data(self, document: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """The data of an answer without errors."""
        body = json.dumps({"query": document, "variables": variables}).encode()
        with urlopen(Request(f"{self._url}/graphql", body, self._headers), timeout=20) as response:
            answer = json.load(response)
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data
