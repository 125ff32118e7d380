"""Asking again what the journal holds (请求的重放): in a fork, as the same subject, with what was hidden in its place.

Keys are new ones: under its own key a fork would give the answer that the original has kept. What is a person's is the
person's again, as the fork has it. Prose is other prose of the same length, on which nothing depends. What was hidden
otherwise cannot be had again, and then nothing is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from domain.store.request_journal import Caused, Entry, Known
from domain.vocabulary import Id, Prefix, RequestEnding, Role, SignIn, Transport, Viewer, api_id, parsed_api_id
from resolvers.context import new_secret
from resolvers.journal.masking import CURSOR, KEY, MASKED, OF_LENGTH, OF_PERSON, STANDS_IN, UUID
from resolvers.service import GraphQLRequest

_PROSE: Final = "重放"
_HOUR: Final = 3_600
_LITERAL: Final = re.compile(r'"(?:⟨[^⟨⟩"]*⟩|[0-9a-fA-F-]{36})"')


@dataclass(frozen=True, slots=True)
class NotReplayable:
    """Why an operation cannot be asked again."""

    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation came to, as far as two of them can be compared. `digest` is None where it is not known."""

    ending: RequestEnding
    outcome: str
    cost: int | None
    statements: int
    answer_bytes: int
    digest: str | None
    duration_us: int
    events: Mapping[str, int]

    @classmethod
    def of(cls, entry: Entry) -> Outcome:
        """What the journal says."""
        return cls(
            entry.ending,
            entry.outcome,
            entry.cost,
            entry.statements,
            entry.answer_bytes,
            entry.digest,
            entry.duration_us,
            entry.caused.types or {},
        )

    def told(self) -> dict[str, Any]:
        """As JSON carries it; no digest is shown to anybody."""
        return {
            "ending": self.ending.name,
            "outcome": self.outcome,
            "cost": self.cost,
            "statements": self.statements,
            "answerBytes": self.answer_bytes,
            "milliseconds": self.duration_us / 1000,
            "events": dict(self.events),
        }


def differences(then: Outcome, now: Outcome) -> list[str]:
    """What of two outcomes is not the same; how long they took is of no account."""
    found = [name for name in ("outcome", "cost", "statements", "events") if getattr(then, name) != getattr(now, name)]
    if then.ending is not now.ending and "outcome" not in found:
        found.insert(0, "outcome")
    if then.digest != now.digest:
        found.append("answer")
    return found


def persons_of(entry: Entry) -> set[Id]:
    """The persons who stand for something in an operation of the journal."""
    found = {parsed_api_id(person, Prefix.PERSON) for _, person in OF_PERSON.findall(entry.document + entry.variables)}
    return {person for person in found if person is not None}


def asked_again(entry: Entry, persons: Mapping[Id, Known]) -> GraphQLRequest | NotReplayable:
    """The request of an entry, its persons as the world has them where it is asked again."""
    if entry.operation[0] not in ("query", "mutation"):
        what = "a subscription" if entry.operation[0] == "subscription" else "no operation that could be read"
        return NotReplayable(f"it was {what}")
    if entry.document == MASKED:
        return NotReplayable("its text was too long to be kept, or held a name that may be somebody's")
    restoring = _Restoring(persons)
    variables = restoring.value(orjson.loads(entry.variables), "")
    document = restoring.document(entry.document)
    if restoring.lost:
        return NotReplayable("; ".join(dict.fromkeys(restoring.lost)))
    name = None if entry.operation[1] in ("anonymous", "other") else entry.operation[1]
    return GraphQLRequest(document, variables, name, transport=Transport.COMMAND_LINE)


def subject_of(entry: Entry, now: float) -> Viewer:
    """Who asked, signed in for an hour from the machine's second `now` on."""
    viewer = entry.viewer
    if viewer.role is Role.ANONYMOUS:
        return viewer
    name = viewer.name or api_id(Prefix.PERSON, viewer.person_id)
    return replace(viewer, name=name, until=int(now) + _HOUR, sign_in=SignIn(new_secret(), "replay"))


class _Restoring:
    """Puts back what stood hidden, and takes note of what cannot be had again."""

    def __init__(self, persons: Mapping[Id, Known]) -> None:
        self._persons = persons
        self._keys: dict[str, str] = {}
        self.lost: list[str] = []

    def value(self, value: Any, at: str) -> Any:
        if isinstance(value, dict):
            return {key: self.value(one, f"{at}.{key}" if at else key) for key, one in value.items()}
        if isinstance(value, list):
            return [self.value(one, f"{at}.{place}") for place, one in enumerate(value)]
        return self._text(value, f"its variable {at}") if isinstance(value, str) else value

    def document(self, text: str) -> str:
        """The text, each literal as it was."""

        def literal(match: Any) -> str:
            return orjson.dumps(self._text(orjson.loads(match[0]), "its document")).decode()

        return _LITERAL.sub(literal, text)

    def _text(self, text: str, where: str) -> str:
        if UUID.fullmatch(text):
            return self._keys.setdefault(text, f"replay-{new_secret()}")
        if not STANDS_IN.fullmatch(text):
            return text
        if text == KEY:
            return f"replay-{new_secret()}"
        if (length := OF_LENGTH.fullmatch(text)) is not None:
            characters = int(length[1])
            return (_PROSE * characters)[:characters]
        if (known := OF_PERSON.fullmatch(text)) is not None:
            return self._of_person(known[1], known[2], where)
        why = "a cursor, which is good in its own world alone" if text == CURSOR else "what may be somebody's"
        self.lost.append(f"{where} held {why}, and was not kept")
        return text

    def _of_person(self, what: str, person: str, where: str) -> str:
        id_ = parsed_api_id(person, Prefix.PERSON)
        known = None if id_ is None else self._persons.get(id_)
        found = None
        if known is not None:
            found = {
                "idNumber": known.id_number,
                "name": known.name,
                "birthDate": known.birth_date.isoformat(),
                "phone": known.phone,
            }[what]
        if found is None:
            self.lost.append(f"{where} held what is of {person}, who is not there or has no {what}")
            return ""
        return found


def caused(found: Mapping[str, Caused], request_id: str) -> Mapping[str, int]:
    """How many events of each type a request caused."""
    return found.get(request_id, Caused()).types or {}
