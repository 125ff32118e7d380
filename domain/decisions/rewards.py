"""How years of insurance in a row raise the cap of critical illness insurance (连续参保激励、零报销激励)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from domain.decisions.consulting import Consultation, QuotedFact
from domain.decisions.objections import noting
from domain.decisions.quoting import FIRST_COVERAGE_YEAR
from domain.decisions.records import Standing
from domain.policy import PolicyBook
from domain.refusals import InputNotAcceptable, InputProblem, NotEnrolled, NotOfYourFamily, Refusal, first_told
from domain.vocabulary import Fen, Id, RegionCode

__all__ = ["Continuity", "ZeroClaims", "continuity", "in_a_row"]


@dataclass(frozen=True, slots=True)
class ZeroClaims:
    """The years of cover in which the fund paid nothing, and the last in which a reward was used, None for never."""

    years: frozenset[int]
    reward_used_in: int | None = None


@dataclass(frozen=True, slots=True)
class Continuity:
    """What a person's years of insurance are worth in a year of cover (连续参保).

    `consecutive_years` end with that year. `zero_claim_steps` is None where claims are not known; `raise_fen` then
    counts the other steps only. `cap_fen` is None where the person has none, and what would raise it is worth nothing.
    """

    person_id: Id
    region: RegionCode
    coverage_year: int
    consecutive_years: int
    continuity_steps: int
    zero_claim_steps: int | None
    raise_fen: Fen
    cap_fen: Fen | None
    facts: tuple[QuotedFact, ...]

    @property
    def raised_cap_fen(self) -> Fen | None:
        """The cap with the rewards; None where there is no cap."""
        return None if self.cap_fen is None else Fen(self.cap_fen + self.raise_fen)


def in_a_row(years: Iterable[int]) -> list[range]:
    """The years as stretches without a gap, in order."""
    stretches: list[range] = []
    for year in sorted(set(years)):
        if stretches and stretches[-1].stop == year:
            stretches[-1] = range(stretches[-1].start, year + 1)
        else:
            stretches.append(range(year, year + 1))
    return stretches


def continuity(
    book: PolicyBook,
    on: date,
    standing: Standing,
    years_paid: Collection[int],
    *,
    zero_claims: ZeroClaims | None,
) -> Continuity | Refusal:
    """The rewards of the year that is asked about. Years paid for as a resident count, employee years do not."""
    year = standing.coverage_year
    consultation = Consultation(book, on, year)
    insured, enrolment, holder = standing.insured, standing.enrolment, standing.holder
    objections: list[Refusal] = []
    if not FIRST_COVERAGE_YEAR <= year <= on.year + 2:
        objections.append(InputNotAcceptable(field="coverageYear", problem=InputProblem.YEAR))
    if insured is None or (standing.relation is None and insured.id != holder.id):
        objections.append(NotOfYourFamily())
    elif enrolment is None:
        objections.append(NotEnrolled(basis=consultation.basis(holder.area, "enrolment.required_before_payment")))
    else:
        with noting(objections):
            region = enrolment.region
            counted_from = consultation.fact("years", region, "continuity_reward.counted_from").day.year
            counted = [one for one in years_paid if counted_from <= one <= year]
            stretches = in_a_row(counted)
            full = consultation.fact("years", region, "continuity_reward.full_years").years
            keeps = consultation.fact("years", region, "continuity_reward.gap_keeps_earned").flag
            last = stretches[-1:] if stretches and year in stretches[-1] else []
            steps = sum(max(0, len(stretch) - full) for stretch in (stretches if keeps else last))
            claimless = None if zero_claims is None else _claimless_steps(consultation, region, counted, zero_claims)
            step = consultation.fact("step", region, "continuity_reward.step").fen
            uncapped = consultation.fact("cap", region, "critical_illness.uncapped_groups").special_groups
            cap: Fen | None = None
            gained = 0
            if insured.special_group not in uncapped:
                cap = consultation.fact("cap", region, "critical_illness.annual_cap").fen
                share = consultation.fact("most", region, "continuity_reward.most_share_of_cap").ratio
                # A limit that the rewards must not pass is cut to whole fen.
                gained = min((steps + (claimless or 0)) * step, int(cap * share))
            return Continuity(
                person_id=insured.id,
                region=region,
                coverage_year=year,
                consecutive_years=len(last[0]) if last else 0,
                continuity_steps=steps,
                zero_claim_steps=claimless,
                raise_fen=Fen(gained),
                cap_fen=cap,
                facts=consultation.facts(),
            )
    told = first_told(objections)
    assert told is not None, "what is not answered was refused"
    return told


def _claimless_steps(
    consultation: Consultation, region: RegionCode, counted: Iterable[int], zero_claims: ZeroClaims
) -> int:
    """One for each earlier year without a claim; what was used clears those up to its own year."""
    earlier = {year for year in counted if year in zero_claims.years and year != consultation.coverage_year}
    used = zero_claims.reward_used_in
    if used is not None and consultation.fact("zeroClaim", region, "continuity_reward.use_clears_zero_claim").flag:
        earlier = {year for year in earlier if year > used}
    return len(earlier)
