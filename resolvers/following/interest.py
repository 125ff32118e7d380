"""Whom an event may concern (关注范围): found by looking it up, however many follow the log.

An interest says no more than that. What a subscription tells is decided by its statement, which holds the rules; an
interest covers at least all that these can ever let through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from domain.store.log import Header
from domain.vocabulary import NATION, RegionCode, region_chain


@dataclass(frozen=True, slots=True)
class Interest:
    """Events that may concern a subscription: of these types, and of these persons or of this region.

    `types` is None for any; `persons` are whom the event is about or who acted, None for anybody.
    """

    types: frozenset[str] | None = None
    persons: Collection[int] | None = None
    region: RegionCode = NATION


NOTHING: Final = Interest(types=frozenset())

_KeyT = TypeVar("_KeyT")
_FollowerT = TypeVar("_FollowerT")


class Index(Generic[_FollowerT]):
    """Followers of the log by their interests."""

    def __init__(self) -> None:
        self._of_person: dict[int, dict[_FollowerT, Interest]] = {}
        self._of_region: dict[str, dict[_FollowerT, Interest]] = {}

    def add(self, follower: _FollowerT, interest: Interest) -> None:
        """Takes note of a follower."""
        if interest.persons is None:
            self._of_region.setdefault(interest.region, {})[follower] = interest
        else:
            for person in interest.persons:
                self._of_person.setdefault(person, {})[follower] = interest

    def remove(self, follower: _FollowerT, interest: Interest) -> None:
        """Forgets a follower that was added with this interest."""
        if interest.persons is None:
            _forget(self._of_region, interest.region, follower)
        else:
            for person in interest.persons:
                _forget(self._of_person, person, follower)

    def concerned(self, event: Header) -> Iterator[_FollowerT]:
        """Whom an event may concern; one of them may come twice."""
        for person in (event.subject_id, event.actor_id):
            yield from _of_type(self._of_person.get(person), event.type)
        for region in region_chain(RegionCode(event.region)):
            yield from _of_type(self._of_region.get(region), event.type)


def _of_type(found: dict[_FollowerT, Interest] | None, type_: str) -> Iterable[_FollowerT]:
    if found is None:
        return ()
    return [follower for follower, interest in found.items() if interest.types is None or type_ in interest.types]


def _forget(index: dict[_KeyT, dict[_FollowerT, Interest]], key: _KeyT, follower: _FollowerT) -> None:
    found = index[key]
    del found[follower]
    if not found:
        del index[key]
