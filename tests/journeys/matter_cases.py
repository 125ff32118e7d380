"""What there is to walk of a catalogue: each matter by every kind of applicant, with each alternative of a material."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from domain.policy.matters import Material, MaterialCondition, MaterialProof, Matter
from domain.vocabulary import ApplicantKind, MaterialNeed, MaterialWay, MatterAction, MatterCode

INSTITUTIONS: Final = frozenset({ApplicantKind.HOSPITAL, ApplicantKind.PHARMACY})
ALWAYS: Final = frozenset({MaterialCondition.OF_THE_DEAD, MaterialCondition.EARLY_RETIREMENT})
"""Conditions of materials of one applicant kind, which hold whenever somebody of that kind files."""
BY_ACTION: Final[Mapping[MaterialCondition, MatterAction]] = {MaterialCondition.UNIT_ENDS: MatterAction.DEREGISTER}
"""Conditions that hold by what the form asks to be done."""
BY_SITUATION: Final[Mapping[tuple[ApplicantKind, MatterAction], MaterialCondition]] = {
    (ApplicantKind.UNIT, MatterAction.RETIRE): MaterialCondition.RETIRES,
    (ApplicantKind.FLEXIBLE_WORKER, MatterAction.RETIRE): MaterialCondition.RETIRES,
    (ApplicantKind.UNIT, MatterAction.TERMINATE): MaterialCondition.SETTLES_ABROAD,
}
"""The situation of an enrolment that each kind of applicant asks to be changed so."""
ONE_AT_A_TIME: Final = (MaterialCondition.INJURY_WITHOUT_THIRD_PARTY, MaterialCondition.INJURY_BY_THIRD_PARTY)
"""Conditions of which the later one holds where a turn has both."""
OF_AN_AGENT: Final = "委托办理的"
"""The condition of what an agent hands in, who is no kind of applicant."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in which a material of a filing is there, or is not: `way` is None where it is neither needed nor there.

    `number` is that of the material, or of the one that `stands_for` it. What is `asked` for the clerk alone decides;
    `proof` is what is on record in its place, and `condition` what the form has to say for it. Which of several
    documents a file shows, nobody but the clerk sees.
    """

    number: int
    name: str
    way: MaterialWay | None
    asked: bool = False
    proof: MaterialProof | None = None
    condition: MaterialCondition | None = None
    stands_for: int | None = None

    @property
    def handed_in(self) -> bool:
        """Whether whoever applies brings a file or a pledge."""
        return self.way in (MaterialWay.HANDED_IN, MaterialWay.PLEDGED)

    @property
    def pledged(self) -> bool:
        return self.way is MaterialWay.PLEDGED


@dataclass(frozen=True, slots=True)
class Case:
    """One filing of a matter. `choices` says how each of its materials is there."""

    matter: Matter
    kind: ApplicantKind
    action: MatterAction | None
    choices: tuple[Alternative, ...]
    name: str

    @property
    def code(self) -> MatterCode:
        return self.matter.code

    @property
    def conditions(self) -> frozenset[MaterialCondition]:
        """What holds besides, for which a material is handed in."""
        return frozenset(one.condition for one in self.choices if one.condition is not None and one.way is not None)

    def proved_by(self, proof: MaterialProof) -> bool:
        """Whether a material is there by that."""
        return any(one.proof is proof for one in self.choices)


def alternatives(matter: Matter, kind: ApplicantKind) -> list[list[Alternative]]:
    """The alternatives of each material of an applicant of that kind; what stands for one is among them."""
    materials = matter.materials_for(kind)
    found = []
    for number, material in enumerate(materials, start=1):
        if material.instead or (material.when is not None and material.when.zh == OF_AN_AGENT):
            continue
        following = materials[number] if number < len(materials) and materials[number].instead else None
        found.append(list(_alternatives(number, material, following, kind)))
    return found


def _alternatives(
    number: int, material: Material, instead: Material | None, kind: ApplicantKind
) -> Iterator[Alternative]:
    if material.form or MaterialProof.FORM in material.satisfied_by:
        condition = material.needed_when if material.form and material.needed_when not in ALWAYS else None
        yield Alternative(number, "in the form", MaterialWay.IN_THE_FORM, condition=condition)
        if condition is not None:
            yield Alternative(number, "not needed", None, condition=condition)
        return
    needed = material.need is MaterialNeed.REQUIRED or material.needed_when in ALWAYS
    condition = None if material.needed_when in ALWAYS else material.needed_when
    asked = not needed and condition is None
    if not needed:
        yield Alternative(number, "not needed", None, condition=condition)
    for place, _ in enumerate(material.one_of or (material.name.zh,), start=1):
        option = f"option {place}" if material.one_of else "handed in"
        yield Alternative(number, option, MaterialWay.HANDED_IN, asked, condition=condition)
    if material.pledge:
        yield Alternative(number, "pledged", MaterialWay.PLEDGED, asked, condition=condition)
    if instead is not None:
        way = MaterialWay.PLEDGED if instead.pledge else MaterialWay.HANDED_IN
        yield Alternative(number + 1, "something instead", way, asked, condition=condition, stands_for=number)
    if kind is not ApplicantKind.UNIT and kind not in INSTITUTIONS:
        for proof in material.satisfied_by:
            yield Alternative(number, proof.name.lower(), MaterialWay.ON_RECORD, proof=proof)


def cases_of(matter: Matter) -> Iterator[Case]:
    """So many filings that each kind of applicant uses each alternative, and asks for each action, at least once."""
    for kind in matter.applicants:
        materials = alternatives(matter, kind)
        actions = matter.actions or (None,)
        for turn in range(max(len(actions), *(len(one) for one in materials), 1)):
            action = actions[turn % len(actions)]
            every = [*materials, *_of_situation(matter, kind, action)]
            choices = _apart([_chosen(ways, turn, action) for ways in every], every)
            said = [f"{one.number} {one.name}" for one, ways in zip(choices, every, strict=True) if len(ways) > 1]
            words = [matter.code.name, kind.name, *([] if action is None else [action.name]), ", ".join(said)]
            yield Case(matter, kind, action, choices, "-".join(word for word in words if word))


def _of_situation(matter: Matter, kind: ApplicantKind, action: MatterAction | None) -> list[list[Alternative]]:
    """The alternatives of what the situation of an action asks for besides, behind the others."""
    situation = None if action is None else BY_SITUATION.get((kind, action))
    if situation is None:
        return []
    besides = matter.situation_materials({situation})
    first = len(matter.materials_for(kind)) + 1
    return [list(_alternatives(number, material, None, kind)) for number, material in enumerate(besides, start=first)]


def _apart(choices: list[Alternative], every: list[list[Alternative]]) -> tuple[Alternative, ...]:
    """The choices, of conditions that exclude one another only the last."""
    holding = [one.condition for one in choices if one.way is not None and one.condition in ONE_AT_A_TIME]
    return tuple(
        next(way for way in ways if way.way is None) if one.condition in holding[:-1] else one
        for one, ways in zip(choices, every, strict=True)
    )


def _chosen(ways: list[Alternative], turn: int, action: MatterAction | None) -> Alternative:
    condition = ways[-1].condition
    if condition is not None and condition in BY_ACTION:
        return ways[1] if BY_ACTION[condition] is action else ways[0]
    return ways[turn % len(ways)]
