"""A world of a few constants behind the real page: just enough schema for the documents that the browser test runs."""

import asyncio
from collections.abc import AsyncGenerator
from enum import Enum
from typing import Annotated, Generic, NewType, TypeVar

import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.schema.config import StrawberryConfig

from resolvers.graphiql import GraphiqlSite, asks_for_graphiql

TOKENS = {"employee": "token-of-the-employee", "clerk": "token-of-the-clerk"}
NAMES = {"employee": "陈建国", "clerk": "李敏"}


@strawberry.enum
class Language(Enum):
    ZH = "ZH"
    EN = "EN"


@strawberry.enum
class Relation(Enum):
    SPOUSE = "SPOUSE"
    PARENT = "PARENT"


Cursor = NewType("Cursor", str)
Node = TypeVar("Node")


@strawberry.type
class Edge(Generic[Node]):
    node: Node


@strawberry.type
class Connection(Generic[Node]):
    edges: list[Edge[Node]]


@strawberry.type
class World:
    name: str
    now: str


@strawberry.type
class Persona:
    name: str
    role: str
    zh: strawberry.Private[str]
    en: strawberry.Private[str]

    @strawberry.field
    def description(self, language: Language) -> str:
        return self.zh if language is Language.ZH else self.en


@strawberry.type
class Region:
    code: str
    name: str


@strawberry.type
class Unit:
    name: str


@strawberry.type
class Enrolment:
    id: strawberry.ID
    scheme: str
    status: str
    unit: Unit | None


@strawberry.type
class Account:
    id: strawberry.ID
    status: str
    balance: str


@strawberry.type
class Member:
    id: strawberry.ID
    name: str


@strawberry.type
class Binding:
    id: strawberry.ID
    relation: Relation
    status: str
    member: Member


@strawberry.type
class Person:
    id: strawberry.ID
    name: str
    id_number: str
    region: Region
    account: Account | None

    @strawberry.field
    def enrolments(self, first: int = 20) -> Connection[Enrolment]:
        unit = Unit(name="安顺黄果树文旅有限公司")
        enrolment = Enrolment(id=strawberry.ID("enr_1"), scheme="EMPLOYEE", status="ACTIVE", unit=unit)
        return Connection(edges=[Edge(node=enrolment)])

    @strawberry.field
    def family_bindings(self, first: int = 20) -> Connection[Binding]:
        return Connection(edges=[])


@strawberry.type
class Viewer:
    role: str
    person: Person | None


EMPLOYEE = Person(
    id=strawberry.ID("per_240000000000000001"),
    name=NAMES["employee"],
    id_number="2404**********001X",
    region=Region(code="520402", name="贵州省安顺市西秀区"),
    account=Account(id=strawberry.ID("acc_240000000000000001"), status="OPEN", balance="1860.42"),
)


@strawberry.interface
class Refusal:
    code: str
    message: str


@strawberry.type
class SignedInPerson:
    name: str


@strawberry.type
class SignedIn:
    token: str
    expires_at: str
    person: SignedInPerson


@strawberry.type
class PersonaUnknown(Refusal):
    pass


@strawberry.input
class SignInAsPersonaInput:
    idempotency_key: str
    persona: str


@strawberry.type
class Actor:
    name: str


@strawberry.interface
class Event:
    id: strawberry.ID
    cursor: str
    occurred_at: str
    region: str
    actor: Actor | None


@strawberry.type
class ResidentContributionPaidEvent(Event):
    amount: str
    coverage_year: int


def _bearer(info: strawberry.Info[dict[str, object], None]) -> str | None:
    """Who asks: by the header of a request, or by what a socket said when it opened."""
    request = info.context["request"]
    if isinstance(request, WebSocket):
        opening = info.context.get("connection_params")
        value = opening.get("authorization") if isinstance(opening, dict) else None
    else:
        assert isinstance(request, Request)
        value = request.headers.get("authorization")
    known = {f"Bearer {token}": name for name, token in TOKENS.items()}
    return known.get(str(value))


@strawberry.type
class Query:
    @strawberry.field
    def world(self) -> World:
        return World(name="demo", now="2024-11-01T09:30:00+08:00")

    @strawberry.field
    def personas(self, first: int = 20) -> Connection[Persona]:
        people = [
            Persona(name="employee", role="CITIZEN", zh="安顺的在职职工，有个人账户", en="employed in Anshun"),
            Persona(name="mother", role="CITIZEN", zh="职工的母亲，居民参保", en="the employee's mother"),
            Persona(name="student", role="CITIZEN", zh="大学生", en="a university student"),
            Persona(name="frozen-account", role="CITIZEN", zh="个人账户已冻结", en="whose account is frozen"),
            Persona(name="clerk", role="CLERK", zh="西秀区经办人员", en="clerk of Xixiu district"),
        ]
        return Connection(edges=[Edge(node=person) for person in people])

    @strawberry.field
    def viewer(self, info: strawberry.Info[dict[str, object], None]) -> Viewer:
        asking = _bearer(info)
        return Viewer(
            role="CITIZEN" if asking == "employee" else "ANONYMOUS", person=EMPLOYEE if asking == "employee" else None
        )


@strawberry.type
class Mutation:
    @strawberry.mutation
    def sign_in_as_persona(
        self, input: SignInAsPersonaInput
    ) -> Annotated[SignedIn | PersonaUnknown, strawberry.union("SignInAsPersonaResult")]:
        if input.persona not in TOKENS:
            return PersonaUnknown(code="PERSONA_UNKNOWN", message="没有这个角色。No such persona.")
        return SignedIn(
            token=TOKENS[input.persona],
            expires_at="2024-11-01T21:30:00+08:00",
            person=SignedInPerson(name=NAMES[input.persona]),
        )


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def events(
        self, info: strawberry.Info[dict[str, object], None], after: Cursor | None = None
    ) -> AsyncGenerator[Event, None]:
        asking = _bearer(info)
        for number in range(1, 1000):
            yield ResidentContributionPaidEvent(
                id=strawberry.ID(f"evt_{number}"),
                cursor=f"c{number}",
                occurred_at="2024-11-01T09:30:00+08:00",
                region="520402",
                actor=Actor(name=NAMES[asking]) if asking else None,
                amount="400.00",
                coverage_year=2025,
            )
            await asyncio.sleep(0.2)


def stub_app(site: GraphiqlSite) -> Starlette:
    """The page, its files, and the stub world at both kinds of address."""
    cursor = strawberry.scalar(name="Cursor", serialize=str, parse_value=Cursor)
    schema = strawberry.Schema(
        Query,
        Mutation,
        Subscription,
        types=[ResidentContributionPaidEvent],
        config=StrawberryConfig(scalar_map={Cursor: cursor}),
    )
    api: GraphQL[dict[str, object], None] = GraphQL(schema, graphql_ide=None)

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and asks_for_graphiql(request := Request(scope)):
            response: Response = site.page(request)
            await response(scope, receive, send)
        else:
            await api(scope, receive, send)

    paths = ("/graphql", "/worlds/{name}/graphql")

    class Endpoint:
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await endpoint(scope, receive, send)

    routes = [Route(path, Endpoint()) for path in paths]
    sockets = [WebSocketRoute(path, Endpoint()) for path in paths]
    return Starlette(routes=[*routes, *sockets, *site.routes()])
