"""Names of persons, units and invented places (姓名、单位名称、地名), drawn from the word lists of Faker."""

from __future__ import annotations

from faker.providers.address.zh_CN import Provider as AddressWords
from faker.providers.person.en_US import Provider as ForeignWords
from faker.providers.person.zh_CN import Provider as PersonWords

from domain.vocabulary import Sex, UnitKind
from simulator.draws import Draws

SURNAMES: tuple[str, ...] = tuple(
    surname for surname, percent in PersonWords.last_names.items() for _ in range(int(percent * 20 + 0.5))
)
"""Each surname as often as it is borne, in units of 0.05 %; rarer ones are left out."""


def _given_names(words: list[str]) -> tuple[str, ...]:
    single = [word for word in words if len(word) == 1]
    return tuple(dict.fromkeys(words + [first + second for first in single for second in single if first != second]))


GIVEN_NAMES = {
    Sex.MALE: _given_names(PersonWords.first_names_male),
    Sex.FEMALE: _given_names(PersonWords.first_names_female),
}
TRADITIONAL_NAMES = {
    Sex.MALE: tuple(first + second for first in "建志国文明成" for second in "华国军强平明成林" if first != second),
    Sex.FEMALE: tuple(word for word in PersonWords.first_names_female if len(word) == 2 and word[0] != word[1]),
}
"""Given names that were common among people born before 1970."""

_FOREIGN_SURNAMES = tuple(ForeignWords.last_names)
_FOREIGN_GIVEN = tuple(ForeignWords.first_names_female)
_PLACE_FIRST = "云清澜青翠碧霜晴沐栖望听揽抱照映含疏静远"
_PLACE_SECOND = "屿汀渚岫麓浦泽崖坪塘坞岚溪洲垅川"
_FIRM_SYLLABLES = "安邦博昌诚达德丰福广海和恒宏华汇佳嘉金景聚凯康乐隆茂明宁鹏启瑞盛顺泰通旺祥欣兴信旭益永裕元源正众卓"
_TRADES = (
    "商贸", "食品", "建筑工程", "物流", "机械制造", "电子", "农业发展", "服装", "建材", "餐饮管理",
    "物业服务", "汽车服务", "文化传播", "信息技术", "医药", "家具", "运输", "园林绿化", "劳务服务", "酒店管理",
)  # fmt: skip
_ORGANS = ("人民政府办公室", "教育和体育局", "财政局", "水务局", "农业农村局", "民政局", "交通运输局", "统计局")
_INSTITUTIONS = ("人民医院", "中医医院", "图书馆", "疾病预防控制中心", "融媒体中心", "文化馆", "不动产登记中心")
_SCHOOLS = ("第一小学", "第二小学", "实验小学", "第一中学", "第二中学", "高级中学", "职业技术学校", "第三小学")
_VILLAGE_SYLLABLES = "东西南北上下新旧大小前后"
_VILLAGE_WORDS = ("河", "桥", "坪", "湾", "沟", "塘", "庙", "井", "寨", "坝", "岭", "冲")

DEPARTMENTS = {
    UnitKind.ENTERPRISE: "91",
    UnitKind.ORGAN: "11",
    UnitKind.INSTITUTION: "12",
    UnitKind.SCHOOL: "12",
    UnitKind.VILLAGE: "54",
    UnitKind.PRIVATE_NON_ENTERPRISE: "52",
    UnitKind.SOCIAL_ORGANISATION: "51",
}
"""The two characters that a credit code of each kind of unit begins with."""


def surname(draws: Draws) -> str:
    return draws.pick(SURNAMES)


def given_name(draws: Draws, sex: Sex, birth_year: int) -> str:
    """A given name as it was given in that time."""
    if birth_year < 1970 and draws.chance(0.7):
        return draws.pick(TRADITIONAL_NAMES[sex])
    return draws.pick(GIVEN_NAMES[sex])


def foreign_name(draws: Draws) -> tuple[str, str]:
    """Family name and given name of a woman from abroad, as a passport prints them."""
    return draws.pick(_FOREIGN_SURNAMES).upper(), draws.pick(_FOREIGN_GIVEN).upper()


def invented_places(draws: Draws, count: int) -> list[str]:
    """Names of two characters for places that do not exist, each once; none is in Faker's list of districts."""
    found: dict[str, None] = {}
    while len(found) < count:
        name = draws.pick(_PLACE_FIRST) + draws.pick(_PLACE_SECOND)
        if name not in AddressWords.districts:
            found[name] = None
    return list(found)


def unit_name(draws: Draws, kind: UnitKind, place: str, position: int) -> str:
    """The name of the `position`-th unit of its kind in a place."""
    match kind:
        case UnitKind.ORGAN:
            return place + _ORGANS[position % len(_ORGANS)]
        case UnitKind.INSTITUTION:
            return place + _INSTITUTIONS[position % len(_INSTITUTIONS)]
        case UnitKind.SCHOOL:
            return place + _SCHOOLS[position % len(_SCHOOLS)]
        case UnitKind.VILLAGE:
            kinds = "村村民委员会" if not place.endswith("区") or draws.chance(0.3) else "社区居民委员会"
            return place + draws.pick(_VILLAGE_SYLLABLES) + draws.pick(_VILLAGE_WORDS) + kinds
        case UnitKind.PRIVATE_NON_ENTERPRISE:
            return f"{place}{draws.pick(_FIRM_SYLLABLES)}{draws.pick(_FIRM_SYLLABLES)}养老服务中心"
        case UnitKind.SOCIAL_ORGANISATION:
            return f"{place}{draws.pick(_TRADES)}行业协会"
        case _:
            firm = draws.pick(_FIRM_SYLLABLES) + draws.pick(_FIRM_SYLLABLES)
            return f"{place}{firm}{draws.pick(_TRADES)}有限公司"
