"""The book of policy (政策库): amounts, windows, relations and waiting periods as dated data, each with its source.

`PolicyBook.load()` reads the YAML beside this file; `book.fact(name, area=…, on=…)` answers, or raises
`PolicyUnknown`. What the facts mean for one person is decided elsewhere.
"""

from domain.policy.book import PolicyBook
from domain.policy.facts import (
    Area,
    Assumption,
    ClockWindow,
    DateWindow,
    Document,
    Fact,
    FactDefinition,
    FactNameUndefined,
    FactUnitMismatch,
    FactValue,
    Plain,
    PolicyUnknown,
    Source,
    SourceKind,
    Synthetic,
    Unit,
)
from domain.policy.pages import PolicyFileInvalid
from domain.policy.report import (
    FACTS_BEHIND,
    JOURNEY_FACTS,
    SOURCE_CITIES,
    AssumedFact,
    Gap,
    LapsingFact,
    PolicyReport,
    StaleFact,
    year_collected_on,
)

__all__ = [
    "FACTS_BEHIND",
    "JOURNEY_FACTS",
    "SOURCE_CITIES",
    "Area",
    "AssumedFact",
    "Assumption",
    "ClockWindow",
    "DateWindow",
    "Document",
    "Fact",
    "FactDefinition",
    "FactNameUndefined",
    "FactUnitMismatch",
    "FactValue",
    "Gap",
    "LapsingFact",
    "Plain",
    "PolicyBook",
    "PolicyFileInvalid",
    "PolicyReport",
    "PolicyUnknown",
    "Source",
    "SourceKind",
    "StaleFact",
    "Synthetic",
    "Unit",
    "year_collected_on",
]
