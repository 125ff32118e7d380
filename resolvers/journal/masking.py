"""What of a request may be kept (请求的掩码): what is known to name nobody, and for the rest what stands in its place.

A value is kept where its type and form say what it is: a word of the contract, an id, a day, an amount, the name of a
persona or world. Everything else is hidden. What is a person's of this world is hidden behind the person's id, from
which it can be had again in a world that has the person: `⟨idNumber of per_510000000000000001⟩`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import orjson
from graphql import (
    ArgumentNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    IntValueNode,
    Node,
    ObjectFieldNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    print_ast,
    type_from_ast,
    visit,
)

from domain.store.request_journal import Known
from domain.vocabulary import Prefix, api_id
from resolvers.plan.documents import Operation

LONGEST: Final = 16_384
"""Characters of a document, and of its variables, that are kept; of longer ones nothing is kept."""
MOST_DIGITS: Final = 10
"""A number of more digits may be somebody's."""

MASKED: Final = "⟨masked⟩"
KEY: Final = "⟨key⟩"
CURSOR: Final = "⟨cursor⟩"

UUID: Final = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}")
_ID: Final = re.compile(r"[a-z]{3}_(?:[0-9]{2}0{6}[0-9]{8,10}|[0-9]{1,10})")
_DATE: Final = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]")
_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "ID": _ID,
    "Date": _DATE,
    "DateTime": re.compile(
        _DATE.pattern + r"T[0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:\.[0-9]{1,3})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
    ),
    "Yuan": re.compile(r"-?[0-9]{1,8}(?:\.[0-9]{1,2})?"),
    "Ratio": re.compile(r"-?[0-9]{1,4}(?:\.[0-9]{1,6})?"),
    "RegionCode": re.compile(r"[0-9]{6}"),
}
"""By scalar, what its values look like that name nobody."""
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_WORDS: Final[Mapping[str, re.Pattern[str]]] = {
    "persona": _NAME,
    "world": _NAME,
    "newWorld": _NAME,
    "snapshot": _NAME,
    "item": _CODE,
    "code": _CODE,
    "invoice": _CODE,
    "cardLastFour": re.compile(r"[0-9]{4}"),
    "idempotencyKey": UUID,
}
"""Inputs of text by name, and what their values look like that name nobody."""
_BORN: Final = "birthDate"
"""Beside a person's id it would tell the person's birthday."""
_PROSE: Final = frozenset({"explanation", "reason", "comment", "text"})
"""Inputs whose text nothing depends on but how long it is."""
STANDS_IN: Final = re.compile(r"⟨[^⟨⟩]*⟩")
OF_PERSON: Final = re.compile(r"⟨(idNumber|name|birthDate|phone) of (per_[0-9]+)⟩")
OF_LENGTH: Final = re.compile(r"⟨text of ([0-9]{1,5})⟩")

Hide = Callable[[str, str], str]
"""What stands for a hidden text; told the name of the input that it was given to."""


# ---- what is hidden -------------------------------------------------------------------------------------------------


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _is_plain(value: object) -> bool:
    """A number that is nobody's, or no text at all."""
    if value is None or isinstance(value, bool):
        return True
    return isinstance(value, int | float) and _digits(repr(value)) <= MOST_DIGITS


def _kept_text(value: str, type_name: str, name: str) -> bool:
    """Whether the text, given to an input of that type and name, is known to name nobody."""
    if type_name == "String":
        form = _WORDS.get(name)
        return (
            form is not None and form.fullmatch(value) is not None and (form is UUID or _digits(value) <= MOST_DIGITS)
        )
    form = _FORMS.get(type_name)
    return form is not None and form.fullmatch(value) is not None


def _leaf(value: Any, type_: Any, name: str, hide: Hide) -> Any:
    if isinstance(value, str):
        if isinstance(type_, GraphQLEnumType):
            return value if value in type_.values else MASKED
        if type_.name == "Cursor":
            return CURSOR
        return value if name != _BORN and _kept_text(value, type_.name, name) else hide(value, name)
    return value if _is_plain(value) else MASKED


def _masked(value: Any, type_: GraphQLInputType, name: str, hide: Hide) -> Any:
    if isinstance(type_, GraphQLNonNull):
        return _masked(value, type_.of_type, name, hide)
    if isinstance(type_, GraphQLList):
        if isinstance(value, list):
            return [_masked(one, type_.of_type, name, hide) for one in value]
        return _masked(value, type_.of_type, name, hide)
    if isinstance(type_, GraphQLInputObjectType):
        if not isinstance(value, dict):
            return value if value is None else MASKED
        fields = type_.fields
        return {key: _masked(one, fields[key].type, key, hide) for key, one in value.items() if key in fields} | (
            {MASKED: MASKED} if not value.keys() <= fields.keys() else {}
        )
    return _leaf(value, type_, name, hide)


class Looked:
    """An operation as far as it decides what of a request is kept; made once for each."""

    def __init__(self, operation: Operation, schema: GraphQLSchema) -> None:
        self._types = {
            node.variable.name.value: type_
            for node in operation.node.variable_definitions or ()
            if (type_ := type_from_ast(schema, node.type)) is not None
        }
        self._names = _given_to(operation)
        self._schema = schema
        self._parts = (operation.node, *operation.fragments.values())
        text = operation.key[0]
        self._told: str | None = MASKED if len(text) > LONGEST else None if _has_literals(text) else text
        self._hidden: list[tuple[str, str]] | None = None
        self._printed: tuple[list[str], str] = ([], "")
        self.fields = ",".join(dict.fromkeys(_root_fields(operation)))

    def variables(self, given: Mapping[str, Any], hide: Hide) -> dict[str, Any]:
        """The variables that the operation has, masked."""
        return {
            name: _masked(value, type_, self._names.get(name, ""), hide)  # type: ignore[arg-type]
            for name, value in given.items()
            if (type_ := self._types.get(name)) is not None
        }

    def document(self, hide: Hide) -> str:
        """The text, its literals masked; the operation alone where it has any. Made anew where others stand in it."""
        if self._told is not None:
            return self._told
        stand = self._stand_in(hide)
        if not self._printed[1] or self._printed[0] != stand:
            self._printed = (stand, self._print(stand))
        return self._printed[1]

    def literals(self, hide: Hide) -> None:
        """Tells of each literal that is hidden."""
        if self._told is None:
            self._stand_in(hide)

    def _stand_in(self, hide: Hide) -> list[str]:
        if self._hidden is None:
            found: list[tuple[str, str]] = []

            def noted(value: str, name: str) -> str:
                found.append((value, name))
                return MASKED

            self._visited(noted)
            self._hidden = found
        return [hide(value, name) for value, name in self._hidden]

    def _print(self, stand: list[str]) -> str:
        those = iter(stand)
        text = "\n\n".join(map(print_ast, self._visited(lambda value, name: next(those))))
        # Names are the client's own.
        return MASKED if len(text) > LONGEST or _has_long_name(text) else text

    def _visited(self, hide: Hide) -> list[Node]:
        hiding = _Hiding(TypeInfo(self._schema), hide)
        return [visit(part, TypeInfoVisitor(hiding.types, hiding)) for part in self._parts]


def _given_to(operation: Operation) -> dict[str, str]:
    """By variable, the name of the input that it is given to; none of one that is given to several."""
    found: dict[str, set[str]] = {}
    for part in (operation.node, *operation.fragments.values()):
        visit(part, _Given(found))
    return {variable: names.pop() for variable, names in found.items() if len(names) == 1}


class _Given(Visitor):
    """Takes note of the inputs that each variable is given to."""

    def __init__(self, found: dict[str, set[str]]) -> None:
        super().__init__()
        self._found = found

    def enter_variable(self, node: VariableNode, _key: Any, parent: Any, _path: Any, ancestors: Any) -> None:
        if not isinstance(parent, VariableDefinitionNode):
            self._found.setdefault(node.name.value, set()).add(_name_of(parent, ancestors))


def _root_fields(operation: Operation) -> Iterable[str]:
    for selection in operation.node.selection_set.selections:
        if selection.kind == "field":
            yield selection.name.value  # type: ignore[attr-defined]


_LITERAL: Final = re.compile(r'["#]|[0-9]{7}')
_TEXT: Final = re.compile(r'"(?:\\.|[^"\\])*"')
# Words are found first and looked into afterwards: looked for at once, a long one without digits takes the square of
# its length.
_WORD: Final = re.compile(r"[A-Za-z_]\w*")
_LONG_NUMBER: Final = re.compile(r"[0-9]{7}")


def _has_literals(text: str) -> bool:
    """Whether there may be a text, a remark or a long number in a document."""
    return _LITERAL.search(text) is not None


def _has_long_name(text: str) -> bool:
    """Whether a number of somebody's may stand in a name."""
    return any(_LONG_NUMBER.search(word) for word in _WORD.findall(_TEXT.sub("", text)))


class _Hiding(Visitor):
    """Puts what stands for it in the place of each literal that may name somebody."""

    def __init__(self, types: TypeInfo, hide: Hide) -> None:
        super().__init__()
        self.types = types
        self._hide = hide

    def enter_string_value(
        self, node: StringValueNode, _key: Any, parent: Any, _path: Any, ancestors: Any
    ) -> Node | None:
        type_ = self.types.get_input_type()
        found = (
            MASKED
            if type_ is None
            else _leaf(node.value, get_named_type(type_), _name_of(parent, ancestors), self._hide)
        )
        return None if found == node.value else StringValueNode(value=found, block=False)

    def enter_int_value(self, node: IntValueNode, *_: Any) -> Node | None:
        return None if _digits(node.value) <= MOST_DIGITS else StringValueNode(value=MASKED, block=False)

    enter_float_value = enter_int_value


def _name_of(parent: Any, ancestors: Any) -> str:
    for node in (parent, *reversed(ancestors)):
        if isinstance(node, ArgumentNode | ObjectFieldNode):
            return node.name.value
    return ""


_PART: Final = re.compile(r'"""[\s\S]*?(?:"""|\Z)|"(?:\\.|[^"\\\n])*(?:"|\n|\Z)|#[^\n\r]*|\w+|[^\x00-\x7f]+')
_NUMBER: Final = re.compile(r"[0-9]{6}")


def masked_unread(text: str) -> str:
    """A document that is none, without its texts, remarks and long numbers."""
    return _PART.sub(_masked_part, text)


def _masked_part(part: re.Match[str]) -> str:
    found = part[0]
    is_word = found[0].isalnum() or found[0] == "_"
    return found if is_word and found.isascii() and _NUMBER.search(found) is None else MASKED


def too_long(variables: Mapping[str, Any]) -> bool:
    """Whether they are longer than what is kept."""
    try:
        return len(orjson.dumps(variables)) > LONGEST
    except TypeError:
        # No JSON at all, of which nothing is kept either.
        return True


def printed(variables: Any) -> str:
    """Variables as JSON, as they are kept."""
    text = orjson.dumps(variables, default=lambda _: MASKED).decode()
    return text if len(text) <= LONGEST else orjson.dumps({MASKED: MASKED}).decode()


# ---- what stands for it ---------------------------------------------------------------------------------------------


def id_number_of(text: str) -> str:
    """As the contract reads an identity number."""
    return text.strip().upper()


class Collecting:
    """Takes note of what may be identity numbers of persons of this world."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def __call__(self, value: str, name: str) -> str:
        if "umber" in name and 1 <= len(value) <= 64:
            self.found.add(id_number_of(value))
        return MASKED


class Hiding:
    """What stands for the hidden texts of one request, by the persons of the world who have the numbers in it."""

    def __init__(self, known: Mapping[str, Known], numbers: Iterable[str]) -> None:
        self._stands_for: dict[str, str] = {}
        for number in numbers:
            person = known.get(number)
            if person is None:
                continue
            of = f"of {api_id(Prefix.PERSON, person.id)}⟩"
            if person.phone is not None:
                self._stands_for[person.phone] = f"⟨phone {of}"
            self._stands_for[person.birth_date.isoformat()] = f"⟨{_BORN} {of}"
            self._stands_for[person.name] = f"⟨name {of}"
            self._stands_for[number] = f"⟨idNumber {of}"

    def __call__(self, value: str, name: str) -> str:
        found = self._stands_for.get(value) or self._stands_for.get(id_number_of(value))
        if found is not None:
            return found
        if name == "idempotencyKey":
            return KEY
        if name in _PROSE:
            return f"⟨text of {len(value)}⟩"
        return MASKED
