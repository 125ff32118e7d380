"""Every matter as the API tells it, against the guide's own text and what a reader counted in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.vocabulary import MatterCode, MatterStep
from tests.matters.guide import Printed, printed, tight
from tests.resolvers.opened import OpenedWorld

pytestmark = pytest.mark.asyncio(loop_scope="module")

READINGS: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "matters" / "readings.yaml").read_text("utf-8")
)
CODES = [code.name for code in MatterCode]
COUNTY = "510703"

CATALOGUE = """query Catalogue($place: RegionCode!) {
  serviceMatters(first: 34, where: { place: $place }) {
    totalCount
    pageInfo { hasNextPage }
    edges { node { ...Whole } }
  }
}
fragment Whole on ServiceMatter {
  id code number name category firstLine lastLine serviceObject applicants actions channelLines materialLine
  timeLimitLine includes progress rating handledAt atAgency atTownshipCentre anomalies
  edition { region validFrom synthetic source { kind document issuer quote } }
  channels { channel online text applicants note }
  materials { ...Brought }
  situations { name materials { ...Brought } }
  timeLimits { kind workingDays applicants phase }
  notice { workingDays text }
  steps { step text }
  payment { what payee account }
  remarks { kind text number }
  generalRemarks { text number }
  duties { workingDays who duty countedFrom }
  hours { text sessions { opens closes } }
  offices { region name phones { number e164 kind } }
  complaints { number kind }
}
fragment Brought on MatterMaterial { name need condition applicants oneOf form sealed copies note }"""


@cache
def guide() -> dict[str, Printed]:
    """The guide's matters by their codes, which are in its order."""
    return dict(zip(CODES, printed(), strict=True))


async def catalogue(world: OpenedWorld, place: str = COUNTY) -> dict[str, dict[str, Any]]:
    data = await world.data(CATALOGUE, {"place": place})
    assert data["serviceMatters"]["pageInfo"]["hasNextPage"] is False
    return {edge["node"]["code"]: edge["node"] for edge in data["serviceMatters"]["edges"]}


async def test_a_place_has_the_34_matters_in_the_guides_order(shared: OpenedWorld) -> None:
    found = await catalogue(shared)
    assert list(found) == CODES == list(READINGS)
    assert [matter["number"] for matter in found.values()] == list(range(1, 35))


@pytest.mark.parametrize("code", CODES)
async def test_a_matter_is_told_in_the_words_of_the_guide(shared: OpenedWorld, code: str) -> None:
    told, page = (await catalogue(shared))[code], guide()[code]
    sections = page.sections
    if code == "PHARMACY_SETTLEMENT":
        # Printed with half-width commas, which its anomalies say.
        assert "半角逗号" in "".join(told["anomalies"])
        sections = {name: text.replace(",", "，") for name, text in sections.items()}
        page.hours = page.hours.replace(",", "，")
    # Matter 25 prints its remarks where its text on rating would stand.
    misplaced = code == "MATERNITY_ALLOWANCE"
    assert {
        "name": tight(told["name"]),
        "lines": (told["firstLine"], told["lastLine"]),
        "serviceObject": tight(told["serviceObject"]),
        "channels": tight("".join(told["channelLines"])),
        "timeLimit": tight(told["timeLimitLine"]),
        "steps": [f"{MatterStep[step['step']].zh}：{tight(step['text'])}" for step in told["steps"]],
        "progress": told["progress"],
        "rating": told["rating"],
        "remarks": [tight(remark["text"]) for remark in told["remarks"]],
        "handledAt": told["handledAt"],
        "hours": told["hours"]["text"],
        "telephones": {office["name"]: [phone["number"] for phone in office["phones"]] for office in told["offices"]},
        "complaints": told["complaints"]["number"],
    } == {
        "name": page.name,
        "lines": (page.first, page.last),
        "serviceObject": sections["服务对象"],
        "channels": sections["办理渠道"],
        "timeLimit": sections["办理时限"],
        "steps": page.items("办理流程"),
        "progress": sections.get("办理进度和结果查询"),
        "rating": None if misplaced else sections["服务评价渠道"],
        "remarks": page.items("服务评价渠道" if misplaced else "备注"),
        "handledAt": page.place,
        "hours": page.hours,
        "telephones": page.telephones,
        "complaints": page.complaints,
    }


@pytest.mark.parametrize("code", CODES)
async def test_the_materials_are_those_of_the_guide_and_all_of_them(shared: OpenedWorld, code: str) -> None:
    """Section 4 holds nothing but the materials that are always wanted, in order; the remarks name the others."""
    told, page = (await catalogue(shared))[code], guide()[code]
    rest = page.sections["办理材料"]
    remarks = (
        page.sections.get("备注", "") + page.sections["服务评价渠道"] + guide()["EMPLOYEE_ENROLMENT"].sections["备注"]
    )
    position = 0
    for material in told["materials"]:
        name = tight(material["name"])
        if material["need"] == "REQUIRED":
            assert name in rest[position:], name
            position = rest.index(name, position)
            rest = rest[:position] + rest[position + len(name) :]
            assert material["condition"] is None or "诊断证明（门诊）" in name
        else:
            assert name in remarks, name
            assert material["condition"]
        for one in material["oneOf"]:
            assert tight(one) in name or tight(one) in rest + name or tight(one).removesuffix("等") in name, one
        assert material["sealed"] == ("加盖单位公章" in name or "均需加盖单位公章" in (told["materialLine"] or ""))
        assert material["form"] == (name.startswith("《") and "》" in name), name
    if told["materialLine"]:
        rest = rest.replace(tight(told["materialLine"]), "")
    for label in ("在职职工：", "灵活就业人员："):
        rest = rest.replace(label, "")
    assert set(rest) <= set("0123456789.；。①②"), rest


@pytest.mark.parametrize("code", CODES)
async def test_a_matter_counts_what_a_reader_counted(shared: OpenedWorld, code: str) -> None:
    told, read = (await catalogue(shared))[code], READINGS[code]
    needs = [material["need"] for material in told["materials"]]
    online = [channel["online"] for channel in told["channels"]]
    assert {
        "required": needs.count("REQUIRED"),
        "conditional": needs.count("CONDITIONAL"),
        "alternative": needs.count("ALTERNATIVE"),
        "offline": online.count(False),
        "online": online.count(True),
        "days": [limit["workingDays"] for limit in told["timeLimits"]],
        "pays": told["payment"] is not None,
        "remarks": len(told["remarks"]),
        "situations": len(told["situations"]),
        "duties": [duty["workingDays"] for duty in told["duties"]],
        "notice": told["notice"] and told["notice"]["workingDays"],
    } == {"conditional": 0, "alternative": 0, "situations": 0, "duties": [], "notice": None, "pays": False, **read}
    assert online == sorted(online)
    assert told["steps"][-1]["step"] == "COMPLETE"
    assert ("DISBURSE" in [step["step"] for step in told["steps"]]) == (told["payment"] is not None)
    if told["payment"] is not None:
        last = tight(told["steps"][-1]["text"])
        assert told["payment"]["what"] in last
        assert told["payment"]["account"] in last


@pytest.mark.parametrize("code", CODES)
async def test_a_channel_is_sorted_as_the_guide_sorts_it(shared: OpenedWorld, code: str) -> None:
    told, section = (await catalogue(shared))[code], guide()[code].sections["办理渠道"]
    for channel in told["channels"]:
        text = tight(channel["text"])
        assert text in section, text
        if "线上办理" in section:
            assert channel["online"] == (section.index(text) > section.index("线上办理")), text


async def test_remarks_that_say_so_hold_for_all_later_matters(shared: OpenedWorld) -> None:
    found = await catalogue(shared)
    for code, told in found.items():
        general = [(remark["number"], remark["text"][-4:]) for remark in told["generalRemarks"]]
        earlier = CODES.index(code) > CODES.index("EMPLOYEE_ENROLMENT")
        assert general == ([(2, "下同）；"), (2, "下同）。")] if earlier else []), code


async def test_what_is_odd_in_the_guide_is_marked(shared: OpenedWorld) -> None:
    """A matter has no remark of ours without a reason in the text, and these oddities are told."""
    found = await catalogue(shared)
    for code, told in found.items():
        odd = "".join(told["anomalies"])
        assert ("没有备注一节" in odd) == (
            not guide()[code].items("备注") and code not in ("UNIT_ENQUIRY", "MATERNITY_ALLOWANCE")
        ), code
        offline_only = not any(channel["online"] for channel in told["channels"])
        if offline_only:
            assert "线上" in odd or "进度查询" in odd, code
    assert "第八节" in "".join(found["MATERNITY_ALLOWANCE"]["anomalies"])
    assert "零售药店" in "".join(found["PHARMACY_DESIGNATION"]["anomalies"])


async def test_a_telephone_is_told_as_printed_and_in_its_international_form(shared: OpenedWorld) -> None:
    found = await catalogue(shared)
    offices = {office["region"]: office["phones"] for office in found["RESIDENT_ENROLMENT"]["offices"]}
    assert offices["510771"] == [
        {"number": "0816-2530867", "e164": "+868162530867", "kind": "LANDLINE"},
        {"number": "0816-2584661", "e164": "+868162584661", "kind": "LANDLINE"},
    ]
    assert offices["510799"] == [{"number": "0816-12393", "e164": None, "kind": "HOTLINE"}]


ONE = """query One($code: MatterCode!, $region: RegionCode!, $on: Date) {
  serviceMatter(code: $code, region: $region, on: $on) {
    __typename
    ... on ServiceMatter { id code edition { region synthetic source { kind } } offices { region } anomalies }
    ... on PolicyNotStated { name region on message(language: EN) }
  }
}"""


@pytest.mark.parametrize(
    ("region", "on", "edition"),
    [
        pytest.param("510703", "2024-01-01", "510700", id="the first day of the guide"),
        pytest.param("510700", None, "510700", id="the city itself"),
        pytest.param("840102", None, "840000", id="a simulated county"),
    ],
)
async def test_a_place_has_the_edition_of_its_city_or_province(
    shared: OpenedWorld, region: str, on: str | None, edition: str
) -> None:
    data = await shared.data(ONE, {"code": "OUTPATIENT_REIMBURSEMENT", "region": region, "on": on})
    assert data["serviceMatter"]["edition"]["region"] == edition
    assert data["serviceMatter"]["edition"]["synthetic"] == (edition == "840000")


@pytest.mark.parametrize(
    ("region", "on"), [("520402", None), ("510903", None), ("510703", "2023-12-31"), ("000000", None)]
)
async def test_a_place_without_a_guide_is_told_so(shared: OpenedWorld, region: str, on: str | None) -> None:
    data = await shared.data(ONE, {"code": "OUTPATIENT_REIMBURSEMENT", "region": region, "on": on})
    told = data["serviceMatter"]
    assert (told["__typename"], told["name"]) == ("PolicyNotStated", "service_matters.edition")
    assert told["region"] == region
    assert "guide to service matters" in told["message"]


async def test_a_simulated_place_follows_the_pattern_and_says_so(shared: OpenedWorld) -> None:
    simulated, real = await catalogue(shared, "840102"), await catalogue(shared)
    assert list(simulated) == CODES
    for code, told in simulated.items():
        assert told["edition"]["source"]["kind"] == "SYNTHETIC"
        assert (told["firstLine"], told["anomalies"], told["offices"], told["complaints"]) == (None, [], [], None)
        for same in ("name", "materials", "timeLimits", "steps", "remarks"):
            assert told[same] == real[code][same]
        assert "四川" not in "".join(told["channelLines"] + [channel["text"] for channel in told["channels"]])


FILTERED = """query Filtered($where: ServiceMatterWhere!) {
  serviceMatters(first: 100, where: $where) { totalCount edges { node { code edition { region } } } }
}"""


@pytest.mark.parametrize(
    ("where", "codes"),
    [
        ({"category": {"eq": "ENQUIRY"}}, ["UNIT_ENQUIRY", "PERSON_ENQUIRY"]),
        ({"code": {"in": ["MATERNITY_ALLOWANCE", "UNIT_ENROLMENT"]}}, ["UNIT_ENROLMENT", "MATERNITY_ALLOWANCE"]),
        ({"applicant": "HEIR"}, ["ACCOUNT_WITHDRAWAL"]),
        ({"channel": "NATIONAL_SITE"}, ["INSTITUTION_INFORMATION_CHANGE"]),
        ({"pays": True}, [code for code in CODES if READINGS[code].get("pays")]),
        ({"on": "2023-12-31"}, []),
        ({"place": "520402"}, []),
    ],
)
async def test_the_catalogue_is_narrowed(shared: OpenedWorld, where: dict[str, Any], codes: list[str]) -> None:
    data = await shared.data(FILTERED, {"where": {**where, "region": {"within": "510000"}}})
    assert [edge["node"]["code"] for edge in data["serviceMatters"]["edges"]] == codes
    assert data["serviceMatters"]["totalCount"] == len(codes)


async def test_without_a_place_the_editions_of_all_regions_are_listed(shared: OpenedWorld) -> None:
    data = await shared.data(FILTERED, {"where": {}})
    regions = [edge["node"]["edition"]["region"] for edge in data["serviceMatters"]["edges"]]
    assert regions == ["510700"] * 34 + ["840000"] * 34


async def test_a_matter_is_found_again_by_its_id(shared: OpenedWorld) -> None:
    told = (await catalogue(shared))["RELATION_TRANSFER"]
    found = await shared.data("query Again($id: ID!) { node(id: $id) { id ... on ServiceMatter { code } } }", told)
    assert told["id"] == "mtr_510700~2024-01-01~RELATION_TRANSFER"
    assert found["node"] == {"id": told["id"], "code": "RELATION_TRANSFER"}
    for forged in ("mtr_", "mtr_510700~2024-01-01", "mtr_510700~2024-01-01~NOTHING"):
        assert (await shared.data("query Again($id: ID!) { node(id: $id) { id } }", {"id": forged}))["node"] is None


async def test_pages_of_the_catalogue_join(shared: OpenedWorld) -> None:
    page = """query Page($after: Cursor) {
      serviceMatters(first: 20, after: $after, where: { place: "510703" }) {
        pageInfo { endCursor hasNextPage } edges { node { code } }
      }
    }"""
    found: list[str] = []
    after = None
    while True:
        data = (await shared.data(page, {"after": after}))["serviceMatters"]
        found += [edge["node"]["code"] for edge in data["edges"]]
        after = data["pageInfo"]["endCursor"]
        if not data["pageInfo"]["hasNextPage"]:
            break
    assert found == CODES


async def test_what_is_kept_of_one_question_is_not_given_to_another(shared: OpenedWorld) -> None:
    """One document, asked in turn for other pages, places and filters, from the front and from the back."""
    document = """query Kept($first: Int, $last: Int, $after: Cursor, $where: ServiceMatterWhere) {
      serviceMatters(first: $first, last: $last, after: $after, where: $where) {
        totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { id } }
      }
    }"""
    questions: list[dict[str, Any]] = [
        {"first": 34, "where": {"place": "510703"}},
        {"first": 34, "where": {"place": "840102"}},
        {"first": 34, "where": {"place": "510704"}},
        {"first": 5, "where": {"place": "510703"}},
        {"last": 5, "where": {"place": "510703"}},
        {"first": 34, "where": {"place": "510703", "applicant": "UNIT"}},
        {"first": 100},
        {"first": 34, "where": {"place": "510703", "on": "2023-12-31"}},
    ]
    once = [(await shared.data(document, asked))["serviceMatters"] for asked in questions]
    for _ in range(2):
        for asked, told in zip(reversed(questions), reversed(once), strict=True):
            assert (await shared.data(document, asked))["serviceMatters"] == told
    assert [len(told["edges"]) for told in once] == [34, 34, 34, 5, 5, 6, 68, 0]
    assert [told["totalCount"] for told in once] == [34, 34, 34, 34, 34, 6, 68, 0]
    assert once[0]["edges"][0]["node"] == once[2]["edges"][0]["node"] == once[3]["edges"][0]["node"]
    assert once[0]["edges"][0]["cursor"] != once[2]["edges"][0]["cursor"]
    assert once[3]["pageInfo"]["hasNextPage"] is once[4]["pageInfo"]["hasPreviousPage"] is True


async def test_every_text_is_told_in_both_languages(shared: OpenedWorld) -> None:
    document = """{
      serviceMatters(first: 34, where: { place: "510703" }) {
        edges {
          node {
            name(language: EN) serviceObject(language: EN) anomalies(language: EN)
            edition { anomalies(language: EN) }
            materials { name(language: EN) condition(language: EN) note(language: EN) }
            duties { duty(language: EN) countedFrom(language: EN) }
            payment { payee(language: EN) account(language: EN) }
          }
        }
      }
    }"""
    data = await shared.data(document)
    texts = list(_texts(data))
    assert len(texts) > 400
    assert [text for text in texts if not text.isprintable() or text == ""] == []
    assert [text for text in texts if text[0] > "\u2fff"] == []


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    below = value.values() if isinstance(value, dict) else value or ()
    return [text for each in below for text in _texts(each)]
