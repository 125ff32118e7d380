"""Years of insurance in a row, and how they raise the cap of critical illness insurance (连续参保激励)."""

from __future__ import annotations

from typing import Annotated

import strawberry

from domain.vocabulary import Fen, RegionCode
from schema.persons import Person
from schema.refusals import InputNotAcceptable, NotEnrolled, NotOfYourFamily, NotSignedIn, PolicyNotStated
from schema.resident_contributions import QuotedFact


@strawberry.type(
    description="连续参保年数，以及由此提高的大病保险最高支付限额。\n"
    "Years of insurance in a row, and how far they raise the cap of critical illness insurance."
)
class InsuranceContinuity:
    person: Person = strawberry.field(description="被参保人。\nThe insured person.")
    region: RegionCode = strawberry.field(description="参保地，其政策适用。\nPlace of enrolment, whose policy applies.")
    coverage_year: int = strawberry.field(description="所问的参保年度。\nThe year of cover asked about.")
    consecutive_years: int = strawberry.field(
        description="至该年度止连续参加居民医保的年数；该年度未缴费时为 0。\n"
        "Years in a row as an insured resident that end with that year; 0 while that year is not paid for."
    )
    continuity_steps: int = strawberry.field(
        description="连续参保激励的次数。\nHow many rewards the years in a row have earned."
    )
    zero_claim_steps: int = strawberry.field(
        description="零报销激励的次数：此前已结束、基金未支付的年度，每年一次。\n"
        "How many rewards earlier years have earned that are over and in which the funds paid nothing: one each."
    )
    increase: Fen = strawberry.field(
        description="激励提高的限额，元，不超过规定的比例；不设封顶线的人员为 0.00。\n"
        "How far the rewards raise the cap, in yuan, within the share allowed; 0.00 for whom no cap holds."
    )
    cap: Fen | None = strawberry.field(
        description="大病保险原年度支付限额，元；不设封顶线的人员为 null。\n"
        "What critical illness insurance pays at most in the year, in yuan; null for whom no cap holds."
    )
    raised_cap: Fen | None = strawberry.field(
        description="提高后的限额，元；不设封顶线的人员为 null。\n"
        "The cap as raised, in yuan; null for whom no cap holds."
    )
    facts: list[QuotedFact] = strawberry.field(
        description="以上各项所依据的政策事实，最多 20 条。\nThe policy facts behind all this, at most 20."
    )


InsuranceContinuityResult = Annotated[
    InsuranceContinuity | NotSignedIn | InputNotAcceptable | NotOfYourFamily | NotEnrolled | PolicyNotStated,
    strawberry.union(
        "InsuranceContinuityResult",
        description="连续参保情况，或不能告知的理由。\nThe years and rewards, or why they are not told.",
    ),
]
