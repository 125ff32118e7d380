"""Tell where a matter is filed (到哪里办): whom to call, whether it is open, what to bring. Nothing is recorded."""

from __future__ import annotations

from dataclasses import dataclass

from domain.decisions.opening import Opening, opening
from domain.policy import PolicyBook, PolicyUnknown
from domain.policy.matters import OFFICE, Channel, Material, Matter, Telephone, TimeLimit
from domain.refusals import PolicyNotStated
from domain.store.agencies import agency_of
from domain.store.engine import Connection
from domain.vocabulary import ApplicantKind, Id, Instant, MatterCode, RegionCode, business_date


@dataclass(frozen=True, slots=True)
class Question:
    """Who wants to file what, where and when; `applicant` is None for whoever it may be."""

    matter: MatterCode
    region: RegionCode
    at: Instant
    applicant: ApplicantKind | None


@dataclass(frozen=True, slots=True)
class WhereToFile:
    """Where that is done. `agency_id` is None where the world has no agency there."""

    asked: Question
    matter: Matter
    agency_id: Id | None
    telephones: tuple[Telephone, ...]
    opening: Opening

    @property
    def may_file(self) -> bool | None:
        """Whether the applicant may file it; None where none was named."""
        return None if self.asked.applicant is None else self.asked.applicant in self.matter.applicants

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Where the applicant may file."""
        return () if self.may_file is False else self.matter.channels_for(self.asked.applicant)

    @property
    def materials(self) -> tuple[Material, ...]:
        """What the applicant brings."""
        return () if self.may_file is False else self.matter.materials_for(self.asked.applicant)

    @property
    def time_limits(self) -> tuple[TimeLimit, ...]:
        """How long it takes at most for the applicant."""
        return () if self.may_file is False else self.matter.time_limits_for(self.asked.applicant)


async def where_to_file(connection: Connection, asked: Question, policy: PolicyBook) -> WhereToFile | PolicyNotStated:
    """The office of the place, as its guide and the world's agencies have it, or what no guide states.

    Raises OverflowError where the calendar ends before the office opens again.
    """
    on = business_date(asked.at)
    try:
        matter = policy.matters.matter(asked.matter, area=asked.region, on=on)
    except PolicyUnknown as gap:
        return PolicyNotStated(name=gap.name, region=gap.area, on=gap.on, coverage_year=None)
    agency = await agency_of(connection, asked.region)
    office = next((office for office in matter.offices if office.area == asked.region), None)
    if matter.edition.offices:
        telephones = None if office is None else office.telephones
    else:
        telephones = None if agency is None else agency.telephones
    if telephones is None:
        return PolicyNotStated(name=OFFICE, region=asked.region, on=on, coverage_year=None)
    return WhereToFile(
        asked=asked,
        matter=matter,
        agency_id=None if agency is None else agency.id,
        telephones=telephones,
        opening=opening(asked.at, matter.edition.hours.sessions),
    )
