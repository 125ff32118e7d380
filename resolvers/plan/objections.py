"""What is wrong with what was sent, without repeating it (输入错误的说明).

graphql-core's own texts print the value that they reject, whole input objects included, and a value may be an identity
number. Here an error names the place, what is expected there, and the fixed text of the contract's scalars; names that
the contract knows are repeated, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from graphql import (
    SKIP,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    ValueNode,
    ValuesOfCorrectTypeRule,
    VariableDefinitionNode,
    VisitorAction,
    get_named_type,
    is_specified_scalar_type,
    type_from_ast,
    validate_input_literal,
    validate_input_value,
)

MOST_ERRORS: Final = 20
TOO_DEEP: Final = "变量嵌套过深。 The variables are nested too deeply."

_OF_AN_OBJECT = re.compile(
    r"Expected value of type '\w+!?' "
    r"(?:(?P<kind>to be an object)|to include required field '(?P<missing>\w+)'|not to include unknown field)"
)
_TOKEN = re.compile(r"\b(Name|String|BlockString|Int|Float) '.*", re.DOTALL)
_LEXICAL = re.compile(
    r"(Syntax Error: Invalid (?:number|Unicode escape sequence|character escape sequence)).*", re.DOTALL
)
_ARGUMENT = re.compile(r"Argument '(\w+)'")


class _Enough(Exception):
    """As many errors as are told."""


def syntax_objection(error: GraphQLError) -> GraphQLError:
    """A syntax error without the text of the tokens: where it is, and which kinds of token were expected and found."""
    message = _LEXICAL.sub(r"\1.", _TOKEN.sub(r"\1.", error.message))
    return GraphQLError(message, source=error.source, positions=error.positions)


def argument_objection(error: GraphQLError) -> str:
    """Why a field's arguments cannot be used although every literal and variable is of its type."""
    match = _ARGUMENT.match(error.message)
    name = match[1] if match else ""
    return (
        f"参数 {name} 需要一个值，所给变量缺失或为 null。"
        f" The argument {name} needs a value; its variable is absent or null."
    )


def variable_objections(
    schema: GraphQLSchema,
    definitions: Sequence[VariableDefinitionNode],
    inputs: Mapping[str, Any],
    *,
    hide_names: bool = False,
) -> list[GraphQLError]:
    """What is wrong with a request's variables, at least one error; without the names that would fit, if so asked."""
    errors: list[GraphQLError] = []
    for definition in definitions:
        name = definition.variable.name.value
        type_ = type_from_ast(schema, definition.type)

        def told(zh: str, en: str, definition: VariableDefinitionNode = definition) -> None:
            errors.append(GraphQLError(f"变量 {zh} Variable {en}", definition))
            if len(errors) >= MOST_ERRORS:
                raise _Enough

        try:
            if name not in inputs:
                if isinstance(type_, GraphQLNonNull) and definition.default_value is None:
                    told(f"${name} 必须提供，类型为 {type_}。", f"${name} of type {type_} is required.")
                continue

            def on_error(error: GraphQLError, path: list[str | int], name: str = name, type_: Any = type_) -> None:
                zh, en = _expected(type_, path, error, hide_names=hide_names)
                place = f"${name}{_printed(path)}"
                told(f"{place}：{zh}", f"{place}: {en}")

            validate_input_value(inputs[name], type_, on_error, True)  # type: ignore[arg-type]
        except _Enough:
            break
        except RecursionError:
            return [GraphQLError(TOO_DEEP, definition)]
    return errors or [GraphQLError("变量无法读取。 The variables cannot be read.")]


class LiteralsOfCorrectTypeRule(ValuesOfCorrectTypeRule):
    """Literals are of the type that is expected where they stand; what they are is not repeated."""

    def is_valid_value_node(self, node: ValueNode, input_type: GraphQLInputType | None) -> VisitorAction:
        """Check one literal with all that is inside it."""
        if input_type is not None:

            def on_error(error: GraphQLError, path: list[str | int]) -> None:
                zh, en = _expected(input_type, path, error, hide_names=self.context.hide_suggestions)
                place = _printed(path).removeprefix(".")
                self.report_error(
                    GraphQLError(
                        f"字面值 {place}：{zh} Literal {place}: {en}".replace(" ：", "：").replace(" :", ":"),
                        error.nodes or node,
                    )
                )

            validate_input_literal(node, input_type, on_error, None, None, True)
        return SKIP


def _printed(path: Sequence[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def without_suggestions(error: GraphQLError) -> GraphQLError:
    """The same error, without what graphql-core suggests even where it is told not to."""
    message, _, suggested = error.message.partition(" Did you mean ")
    return GraphQLError(message, error.nodes) if suggested else error


def _expected(
    type_: GraphQLInputType, path: Sequence[str | int], error: GraphQLError, *, hide_names: bool
) -> tuple[str, str]:
    """What is expected at a path, in Chinese and English."""
    here = _at(type_, path)
    named = get_named_type(here)
    if " not to be None" in error.message[:200] and error.message.startswith("Expected value of non-null type"):
        return f"不能为 null，应为 {here}。", f"expected {here}, not null."
    if isinstance(named, GraphQLInputObjectType):
        match = _OF_AN_OBJECT.match(error.message)
        if match is not None and match["missing"] is not None:
            return f"缺少必填字段 {match['missing']}。", f"the required field {match['missing']} is missing."
        if match is not None and match["kind"] is None:
            if hide_names:
                return "含有未知字段。", "unknown field."
            fields = ", ".join(named.fields)
            return f"含有未知字段；{named.name} 的字段为 {fields}。", f"unknown field; {named.name} has {fields}."
    if isinstance(named, GraphQLEnumType) and not hide_names:
        names = ", ".join(named.values)
        return f"应为 {here}（{names}）。", f"expected {here}, one of {names}."
    fixed = _fixed_text(named)
    return f"应为 {here}。", f"expected {here}.{' ' if fixed else ''}{fixed}"


def _at(type_: GraphQLInputType, path: Sequence[str | int]) -> GraphQLInputType:
    """The input type at a path; a single value may stand for a list of one."""
    here: Any = type_
    for step in path:
        bare = here.of_type if isinstance(here, GraphQLNonNull) else here
        if isinstance(step, int):
            here = bare.of_type if isinstance(bare, GraphQLList) else here
            continue
        named = get_named_type(bare)
        if not isinstance(named, GraphQLInputObjectType) or step not in named.fields:
            break
        here = named.fields[step].type
    found: GraphQLInputType = here
    return found


def _fixed_text(named: object) -> str:
    """What a scalar of the contract says about a value that it cannot read, whatever the value."""
    if isinstance(named, GraphQLScalarType) and not is_specified_scalar_type(named):
        try:
            named.coerce_input_value(None)
        except GraphQLError as error:
            return error.message
    return ""
