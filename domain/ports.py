"""The outside parties, as the core sees them (外部系统): interfaces that an adapter implements.

The simulator's adapters are data in the world; a real one would call out. A party that cannot answer now raises
`PartyUnavailable`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Protocol

from domain.store.engine import Connection
from domain.vocabulary import (
    ChannelFailure,
    FaultKind,
    Fen,
    Id,
    IdType,
    Instant,
    PaymentChannel,
    RegionCode,
    Relation,
    Scheme,
    Sex,
)


@dataclass(eq=False)
class PartyUnavailable(Exception):
    """An outside party does not answer now. `party` is its name in English, as the log says it."""

    party: str


class Ids(Protocol):
    """Where new ids come from; every one is given once in a world."""

    async def reserve(self, count: int) -> None:
        """Make sure that the next `count` calls of `new` need no waiting."""
        ...

    def new(self, region: RegionCode) -> Id: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the identity registry knows them (人口库登记信息).

    `also_written` is another form of the same name that the registry takes for it (异体字、生僻字的另一写法): rare
    characters are held as variants, private-use characters, pinyin or an asterisk.
    """

    id_type: IdType
    id_number: str
    name: str
    sex: Sex
    birth_date: date
    died_on: date | None
    also_written: str | None = None


class IdentityRegistry(Protocol):
    """The population register (公安人口库): who an identity document belongs to, and recorded kinship."""

    async def identities(
        self, connection: Connection, documents: Sequence[tuple[IdType, str]], *, now: Instant
    ) -> dict[tuple[IdType, str], Identity]:
        """What the register holds, by kind and number of document; a document it does not know is left out."""
        ...

    async def kinships(
        self, connection: Connection, pairs: Sequence[tuple[str, str]], *, now: Instant
    ) -> dict[tuple[str, str], Relation]:
        """What the second is to the first, for pairs of document numbers; unrecorded kinship is left out."""
        ...


@dataclass(frozen=True, slots=True)
class OutsideEnrolment:
    """An enrolment that another province shows (外省在保).

    `seen_until` is from when it is shown no longer, None for one that is active: what is suspended is shown for a
    while yet.
    """

    id_number: str
    region: RegionCode
    scheme: Scheme
    seen_until: Instant | None = None


@dataclass(frozen=True, slots=True)
class OutsideEmployment:
    """What a city of another province holds of somebody as an employee (外省职工参保记录).

    `last` is None while the enrolment is in force; `balance_fen` is what the personal account there holds.
    """

    first: date
    last: date | None
    balance_fen: Fen


class OtherProvinces(Protocol):
    """The national query for enrolments outside the provinces that this world holds (全国参保查询)."""

    async def active_enrolments(
        self, connection: Connection, id_numbers: Sequence[str], now: Instant
    ) -> dict[str, OutsideEnrolment]:
        """What is shown at that moment, by identity number; who is insured nowhere else is left out."""
        ...

    async def suspend(self, connection: Connection, enrolment: OutsideEnrolment, *, now: Instant) -> None:
        """The province suspends the enrolment from that day on, and shows it until `seen_until`."""
        ...

    async def employments(
        self, connection: Connection, asked: Sequence[tuple[str, RegionCode]], *, now: Instant, seed: int
    ) -> dict[tuple[str, RegionCode], OutsideEmployment]:
        """What cities hold, by identity number and city; asked again, they say the same."""
        ...


class Chance(Protocol):
    """What the outside world leaves to chance: one draw for each case, the same however often it is asked."""

    def between(self, seed: int, stream: str, case: int, first: int, last: int) -> int:
        """A whole number from `first` to `last`, both included, that (seed, stream, case) alone decide."""
        ...


class FaceFound(Enum):
    """What a face check says of a face that it was shown."""

    THE_HOLDERS = "the face of the document's holder"
    ANOTHERS = "somebody else's, or nobody holds the document"
    NOT_LIVE = "not somebody who is there"
    UNREADABLE = "no face can be made out"
    NO_ANSWER = "nothing in time"


@dataclass(frozen=True, slots=True)
class FaceShown:
    """A face to be compared with the one on record for a document. Shown again under one reference, it is the same."""

    reference: str
    id_type: IdType
    id_number: str
    image: str


class FaceCheck(Protocol):
    """Whoever compares a face with the photograph on record (人脸核验服务), and sees whether somebody is there."""

    async def compared(
        self, connection: Connection, shown: Sequence[FaceShown], *, now: Instant, seed: int
    ) -> list[FaceFound]:
        """What each is found to be, in order."""
        ...


class Collected(Enum):
    """What a channel says of money that it was told to collect."""

    YES = "collected"
    NO = "not collected"
    NO_ANSWER = "nothing yet, or nothing in time"
    NEVER_ASKED = "it has never heard of it"


@dataclass(frozen=True, slots=True)
class Collection:
    """Money to be collected. The reference is the platform's own; asked twice under one, a channel collects once."""

    reference: Id
    channel: PaymentChannel
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class ChannelAnswer:
    """What a channel says, and why not where it says no."""

    collected: Collected
    failure: ChannelFailure | None = None


class PaymentChannels(Protocol):
    """Whoever collects money for the platform (缴费渠道): tax bureau, its mini programs, banks.

    What a channel has not answered it may have done all the same; only its own word settles that.
    """

    async def collect(
        self, connection: Connection, collections: Sequence[Collection], *, seed: int, now: Instant
    ) -> dict[Id, ChannelAnswer]:
        """Collect, by reference. A channel that knows a reference already answers for what it did then."""
        ...

    async def outcomes(
        self, connection: Connection, references: Sequence[Id], *, now: Instant
    ) -> dict[Id, ChannelAnswer]:
        """What became of each, as far as the channel says; nothing is collected by asking."""
        ...

    async def give_back(
        self, connection: Connection, references: Mapping[Id, Fen], *, now: Instant
    ) -> dict[Id, Collected]:
        """Money that was collected is given back: YES once it has been, NO_ANSWER while the channel does not say.

        Asked twice under one reference, a channel gives back once.
        """
        ...


class EventFault(Enum):
    """What can befall an event on its way to a subscriber (事件投递故障). The value is its name in `Canbao-Fault`."""

    LOST = "event-lost"
    DUPLICATE = "event-duplicate"
    REORDERED = "event-reordered"
    DELAYED = "event-delayed"
    CUT = "connection-cut"


@dataclass(frozen=True, slots=True)
class FaultyDelivery:
    """Which share of a subscriber's events each fault befalls, and for how long a delay holds them up.

    `seed` is the subscriber's own, empty where none was given: with another one other events are befallen.
    """

    shares: Mapping[EventFault, float]
    delay_seconds: float = 0.0
    seed: str = ""


class Network(Protocol):
    """What lies between the platform and who subscribes to its events (网络). It does what it is asked to, no more."""

    def befalling(
        self, faults: FaultyDelivery, *, seed: int, subscriber: str, attempt: int, event: str
    ) -> frozenset[EventFault]:
        """What befalls one event: the same whenever it is asked about the same one, and nothing that has no share.

        `attempt` counts the subscriptions of a subscriber from 0. What was lost may come through at the next one.
        """
        ...


class WebhookTargets(Protocol):
    """What befalls deliveries to partners on top of what their targets do themselves (推送目标)."""

    def befalling(self, person_id: Id, now: Instant) -> Set[FaultKind]:
        """What befalls the next delivery of an event of that person."""
        ...


class Faults(Protocol):
    """What the outside parties get wrong in a world, as its rows say (外部故障); a real party needs no telling."""

    async def read(self, connection: Connection, seed: int) -> None:
        """From now on the parties have the faults that stand in the world's rows."""
        ...

    @property
    def has_counted(self) -> bool:
        """Whether there were calls that a fault could have befallen, since the counts were kept."""
        ...

    async def keep_counts(self, connection: Connection) -> None:
        """The world's rows say how many calls there were, and how many of them were befallen."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """All outside parties of one world together, as an operation receives them."""

    registry: IdentityRegistry
    other_provinces: OtherProvinces
    chance: Chance
    channels: PaymentChannels
    face_check: FaceCheck
    network: Network
    webhook_targets: WebhookTargets
    faults: Faults
