"""What holds for the whole contract: described in two languages, one shape of list and mutation, every refusal."""

import re
import types
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    build_schema,
    get_named_type,
    is_introspection_type,
    is_list_type,
    is_specified_scalar_type,
    validate_schema,
)
from graphql.type import GraphQLScalarType

from domain import refusals, vocabulary
from domain.policy.facts import SourceKind
from domain.vocabulary import Fen, Id, Instant, RegionCode, Word
from schema import contract
from schema.enums import EventType, PolicySourceKind

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff].*[。）]$")
ENGLISH = re.compile(r"[A-Z][^\u4e00-\u9fff]*[.]$")

CORE: GraphQLSchema = build_schema(contract.printed())
OWN: list[GraphQLNamedType] = [
    type_
    for type_ in CORE.type_map.values()
    if not is_introspection_type(type_) and not is_specified_scalar_type(type_)
]
OBJECTS = [type_ for type_ in OWN if isinstance(type_, GraphQLObjectType)]
WITH_FIELDS = [type_ for type_ in OWN if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)]
UNIONS = [type_ for type_ in OWN if isinstance(type_, GraphQLUnionType)]

# Lists that are no pages, and why they are bounded: each is short by nature or says its bound in its description.
SHORT_LISTS = {
    "AccessRecord.fields",
    "ClockAdvance.happened",
    "CollectionProgress.counties",
    "FilingStatistics.matters",
    "Agency.phones",
    "EnrolmentTransfer.periods",
    "Persona.promises",
    "PersonalAccount.years",
    "KeptWorld.snapshots",
    "KeptWorlds.worlds",
    "MaterialsMissing.missing",
    "ContributionQuote.facts",
    "ChannelNotOffered.offered",
    "InsuranceContinuity.facts",
    "ClaimPreview.caps",
    "ClaimPreview.conditions",
    "ClaimPreview.supposed",
    "ClaimPreview.steps",
    "ClaimStep.facts",
    "ClaimTrace.steps",
    "DisbursementTrace.steps",
    "ClaimPreSettled.steps",
    "Claim.costs",
    "Claim.entries",
    "Disbursement.entries",
    "InstitutionReconciliation.differences",
    "BenefitYear.care",
    "BenefitYear.caps",
    "RelationNotCovered.covered",
    "ResidentContributionsAnswered.results",
    "FilingsAnswered.results",
    "VerifiedPaymentCertificate.payments",
    "Refusal.path",
    "CollectionStarted.lines",
    "WagesDeclared.lines",
    "UnitMembersAdded.lines",
    "UnitMembersStopped.lines",
    "WagesCorrected.lines",
    "EmployeeArrears.months",
    "Webhook.types",
    "Webhook.regions",
    "MatterEdition.anomalies",
    "FilingChannel.applicants",
    "MatterMaterial.applicants",
    "MatterMaterial.oneOf",
    "MatterSituation.materials",
    "MatterTimeLimit.applicants",
    "MatterOffice.phones",
    "OfficeHours.sessions",
    "ServiceMatter.applicants",
    "ServiceMatter.actions",
    "ServiceMatter.channels",
    "ServiceMatter.channelLines",
    "ServiceMatter.materials",
    "ServiceMatter.situations",
    "ServiceMatter.timeLimits",
    "ServiceMatter.includes",
    "ServiceMatter.steps",
    "ServiceMatter.remarks",
    "ServiceMatter.generalRemarks",
    "ServiceMatter.duties",
    "ServiceMatter.offices",
    "ServiceMatter.anomalies",
    "Filing.nextActions",
    "PersonInformationChangedEvent.changed",
    "Filing.materials",
    "MayNotFile.applicants",
    "FilingMaterialsMissing.missing",
    "WhereToFile.phones",
    "WhereToFile.channels",
    "WhereToFile.materials",
    "WhereToFile.timeLimits",
}


class Described(NamedTuple):
    """Something that a reader of the contract meets, and what is said of it."""

    where: str
    description: str | None


def described() -> Iterator[Described]:
    for type_ in OWN:
        yield Described(type_.name, type_.description)
        if isinstance(type_, GraphQLEnumType):
            for name, value in type_.values.items():
                yield Described(f"{type_.name}.{name}", value.description)
        elif isinstance(type_, GraphQLInputObjectType):
            for name, input_field in type_.fields.items():
                yield Described(f"{type_.name}.{name}", input_field.description)
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in type_.fields.items():
                yield Described(f"{type_.name}.{name}", field.description)
                for argument, defined in field.args.items():
                    yield Described(f"{type_.name}.{name}({argument}:)", defined.description)


def fields() -> Iterator[tuple[str, GraphQLField]]:
    for type_ in WITH_FIELDS:
        for name, field in type_.fields.items():
            yield f"{type_.name}.{name}", field


def core_type(name: str) -> Any:
    return CORE.type_map[name]


def refusal_classes() -> list[type[refusals.Refusal]]:
    return list(refusals.PRECEDENCE)


def test_the_printed_contract_is_the_one_in_the_repository() -> None:
    assert contract.PRINTED_AT.read_text(encoding="utf-8") == contract.printed(), (
        "write schema.contract.printed() to schema/schema.graphql, and say in the commit what changes for clients"
    )


def test_the_contract_is_a_valid_schema() -> None:
    assert validate_schema(CORE) == []


def test_building_it_twice_gives_the_same_contract() -> None:
    assert contract.printed() == contract.printed()


def wrongly_described(one: Described) -> bool:
    description = one.description or ""
    lines = description.split("\n")
    if len(lines) != 2 or "  " in description:
        return True
    chinese, english = lines
    # Chinese examples may stand in an English sentence, such as a masked name.
    return not (CHINESE.search(chinese) and ENGLISH.search(re.sub(r"[\u4e00-\u9fff]", "x", english)))


def test_everything_is_described_in_chinese_and_then_in_english() -> None:
    everything = list(described())
    assert len(everything) > 5_000
    assert [one for one in everything if wrongly_described(one)] == []


def test_every_word_of_the_vocabulary_is_published_by_its_name_and_with_its_texts() -> None:
    words = {
        name: cls
        for module in (vocabulary, refusals)
        for name, cls in vars(module).items()
        if isinstance(cls, type) and issubclass(cls, Word) and cls is not Word
    }
    assert len(words) > 15
    for name, cls in words.items():
        published = core_type(name)
        assert isinstance(published, GraphQLEnumType), name
        assert list(published.values) == [word.name for word in cls], name
        for word in cls:
            description = published.values[word.name].description
            assert description is not None
            assert description.startswith(f"{word.zh}。\n")
            assert description.lower().endswith(f"{word.en.lower()}.")


def test_what_a_policy_rests_on_is_named_as_the_book_of_policy_names_it() -> None:
    assert [kind.name for kind in PolicySourceKind] == [kind.name for kind in SourceKind]


def test_each_kind_of_event_has_its_type() -> None:
    event = core_type("Event")
    names = {
        re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type_.name.removesuffix("Event")).upper()
        for type_ in CORE.get_possible_types(event)
    }
    assert names == {kind.name for kind in EventType}


def test_each_refusal_of_the_domain_has_a_type_and_each_type_a_refusal() -> None:
    published = {type_.name for type_ in CORE.get_possible_types(core_type("Refusal"))}
    assert published == {cls.__name__ for cls in refusal_classes()}
    assert len(refusals.RefusalCode) == len(published)


@pytest.mark.parametrize("cls", refusal_classes(), ids=lambda cls: cls.__name__)
def test_a_refusal_tells_the_facts_that_the_domain_gives_it(cls: type[refusals.Refusal]) -> None:
    shared = set(core_type("Refusal").fields)
    published = {name: str(field.type) for name, field in core_type(cls.__name__).fields.items() if name not in shared}
    given = {
        name: hint for name, hint in get_type_hints(cls).items() if name not in ("code", "retryable", "path", "basis")
    }
    assert published == dict(_published_as(name, hint) for name, hint in given.items())


def _published_as(attribute: str, hint: Any) -> tuple[str, str]:
    """The GraphQL field that a domain attribute becomes: fen become yuan, an id becomes the object it names."""
    if get_origin(hint) in (Union, types.UnionType):
        (present,) = (arm for arm in get_args(hint) if arm is not type(None))
        name, type_ = _published_as(attribute, present)
        return name, type_.removesuffix("!")
    if get_origin(hint) is tuple:
        name, type_ = _published_as(attribute, get_args(hint)[0])
        return name, f"[{type_}]!"
    if hint is Id:
        name = attribute.removesuffix("_id")
        return _camel(name), {
            "binding": "FamilyBinding!",
            "contribution": "ResidentContribution!",
            "enrolment": "Enrolment!",
            "refund": "Refund!",
            "payee": "Payee!",
            "consent": "Consent!",
            "unit": "Unit!",
            "transfer": "EnrolmentTransfer!",
        }[name]
    if hint is Fen:
        return _camel(attribute.removesuffix("_fen")), "Yuan!"
    named = {
        int: "Int!",
        bool: "Boolean!",
        str: "String!",
        date: "Date!",
        Instant: "DateTime!",
        RegionCode: "RegionCode!",
    }
    return _camel(attribute), named.get(hint) or f"{hint.__name__}!"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


@pytest.mark.parametrize("union", UNIONS, ids=lambda union: union.name)
def test_a_result_is_one_outcome_and_its_refusals_in_order_of_precedence(union: GraphQLUnionType) -> None:
    refusal = core_type("Refusal")
    outcome, *others = union.types
    assert refusal not in outcome.interfaces
    assert all(refusal in other.interfaces for other in others)
    order = [cls.__name__ for cls in refusal_classes()]
    ranks = [order.index(other.name) for other in others]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)


def test_a_mutation_takes_one_input_with_an_idempotency_key_and_answers_a_union() -> None:
    mutation = CORE.mutation_type
    assert mutation is not None
    for name, field in mutation.fields.items():
        assert list(field.args) == ["input"]
        input_type = field.args["input"].type
        assert str(input_type) == f"{name[0].upper()}{name[1:]}Input!"
        assert str(get_named_type(input_type).fields["idempotencyKey"].type) == "String!"
        assert str(field.type) == f"{name[0].upper()}{name[1:]}Result!"
        result = get_named_type(field.type)
        assert isinstance(result, GraphQLUnionType)
        assert "InputNotAcceptable" in {member.name for member in result.types}


def test_a_connection_has_edges_page_info_and_a_count() -> None:
    connections = [type_ for type_ in OBJECTS if type_.name.endswith("Connection")]
    assert len(connections) > 8
    for connection in connections:
        concept = connection.name.removesuffix("Connection")
        assert {name: str(field.type) for name, field in connection.fields.items()} == {
            "edges": f"[{concept}Edge!]!",
            "pageInfo": "PageInfo!",
            "totalCount": "Int!",
        }
        edge = core_type(f"{concept}Edge")
        assert {name: str(field.type) for name, field in edge.fields.items()} == {
            "cursor": "Cursor!",
            "node": f"{concept}!",
        }
        assert core_type("Node") in core_type(concept).interfaces


def test_every_page_can_be_asked_for_in_both_directions() -> None:
    paged = [(where, field) for where, field in fields() if get_named_type(field.type).name.endswith("Connection")]
    assert len(paged) > 10
    for where, field in paged:
        paging = {name: field.args[name] for name in ("first", "after", "last", "before")}
        assert {name: str(defined.type) for name, defined in paging.items()} == {
            "first": "Int",
            "after": "Cursor",
            "last": "Int",
            "before": "Cursor",
        }, where
        assert all(defined.default_value is Undefined for defined in paging.values()), where
        assert isinstance(field.type, GraphQLNonNull), where


def test_no_list_is_without_a_bound() -> None:
    refusal = core_type("Refusal")
    lists = set()
    for type_ in WITH_FIELDS:
        for name, field in type_.fields.items():
            nullable = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
            if not is_list_type(nullable) or type_.name.endswith("Connection"):
                continue
            owner = "Refusal" if refusal in type_.interfaces and name in refusal.fields else type_.name
            lists.add(f"{owner}.{name}")
    assert lists == SHORT_LISTS


def test_an_argument_or_input_that_may_be_left_out_has_no_null_for_a_default() -> None:
    for where, field in fields():
        for name, defined in field.args.items():
            assert defined.default_value is not None, f"{where}({name}:)"
    for type_ in OWN:
        if isinstance(type_, GraphQLInputObjectType):
            for name, input_field in type_.fields.items():
                assert input_field.default_value is not None, f"{type_.name}.{name}"


def test_each_scalar_says_where_it_is_specified() -> None:
    pages = (ROOT / "docs" / "scalars.md").read_text(encoding="utf-8")
    scalars = [type_ for type_ in OWN if isinstance(type_, GraphQLScalarType)]
    assert {scalar.name for scalar in scalars} == {
        "Yuan",
        "Ratio",
        "Date",
        "DateTime",
        "RegionCode",
        "IdNumber",
        "Cursor",
        "Int64",
    }
    for scalar in scalars:
        assert scalar.specified_by_url is not None
        assert scalar.specified_by_url.startswith("https://")
        assert f"\n## {scalar.name}\n" in pages


def test_no_field_answers_anything_by_itself() -> None:
    schema = contract.build_schema()._schema
    for type_ in schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType) or is_introspection_type(type_):
            continue
        for name, field in type_.fields.items():
            declaration = field.extensions["strawberry-definition"].base_resolver
            assert declaration is None or declaration.wrapped_func.__code__.co_consts == (None,), f"{type_.name}.{name}"
