"""A server that answers at once and always right (玩具服务): for measuring the load generator and nothing else.

`python -m loadtests.toy --fd N` serves what comes over that listening socket. Whoever asks is known by their token,
`toy.PERSON`, and all that is told about them is made of it.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import socket
from collections.abc import Callable
from typing import Final, cast

import uvloop

AMOUNT: Final = "400.00"
LAST_DAY: Final = "2026-02-28"
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]{1,12})\r\n", re.IGNORECASE)
_TOKEN: Final = re.compile(rb"\r\nauthorization: bearer toy\.([a-z0-9_]+)\r\n", re.IGNORECASE)
_OPERATION: Final = re.compile(rb'"operationName":"(\w+)"')
_CHANNEL: Final = re.compile(rb'"channel":"([A-Z_]+)"')

_AGENCY: Final = (
    b'{"node":{"id":"age_1","name":"x","hours":"09:00-17:00","phones":[{"number":"0851-00000000","note":null}]}}'
)
_FACT: Final = (
    b'{"node":{"name":"resident_contribution.individual_amount","term":"x","value":40000,"unit":"FEN","validFrom":'
    b'"2025-09-01","validUntil":"2026-02-28","source":{"document":"x"}}}'
)
_FAMILY: Final = (
    b'{"viewer":{"role":"CITIZEN","person":{"id":"%b","account":null,"enrolments":{"edges":[{"node":{"scheme":'
    b'"RESIDENT","status":"ACTIVE","unit":null}}]},"familyBindings":{"edges":[]}}},"events":{"pageInfo":{"endCursor":'
    b'"c1"}}}'
)
_QUOTE: Final = (
    b'{"contributionQuote":{"__typename":"ContributionQuote","amount":"%b","inWindow":true,"windowUntil":"%b",'
    b'"coverageFrom":"2026-01-01","waitingUntil":null}}' % (AMOUNT.encode(), LAST_DAY.encode())
)
_SUBMITTED: Final = (
    b'{"submitResidentContribution":{"__typename":"ResidentContributionSubmitted","contribution":{"id":"con_%b",'
    b'"status":"SUBMITTED","amount":"400.00","person":{"id":"%b"}}}}'
)
_STARTED: Final = (
    b'{"startPayment":{"__typename":"PaymentStarted","order":{"id":"ord_%b","amount":"400.00","channel":"%b"}}}'
)
_CHECKED: Final = b'{"checkPayment":{"__typename":"PaymentChecked","order":{"id":"ord_%b","status":"CONFIRMED"}}}'
_LOG: Final = (
    b'{"events":{"edges":[{"node":{"__typename":"ResidentContributionSubmittedEvent","cursor":"c2","occurredAt":'
    b'"2025-09-02T10:00:00+08:00","contribution":{"id":"con_%b"},"amount":"400.00"}},{"node":{"__typename":'
    b'"ResidentContributionPaidEvent","cursor":"c3","occurredAt":"2025-09-02T10:00:00+08:00","contribution":'
    b'{"id":"con_%b"},"amount":"400.00"}},{"node":{"__typename":"FilingMovedEvent","cursor":"c4","filing":{"id":'
    b'"fil_%b"},"move":"DRAFT"}},{"node":{"__typename":"FilingMovedEvent","cursor":"c5","filing":{"id":"fil_%b"},'
    b'"move":"SUBMIT"}}],"pageInfo":{"hasNextPage":false}}}'
)
_ACTIVE: Final = b'{"activateElectronicCertificate":{"__typename":"CertificateAlreadyActive"}}'
_MOVED: Final = (
    b'{"%bFiling":{"__typename":"FilingMoved","filing":{"id":"fil_%b","matter":"TEMPORARY_TREATMENT_RECORD","status":'
    b'"%b","inMyHands":true,"person":{"id":"%b"}}}}'
)
_QUEUE: Final = (
    b'{"viewer":{"role":"CLERK","region":"840000"},"filingQueue":{"edges":[{"node":{"id":"fil_%b","matter":'
    b'"TEMPORARY_TREATMENT_RECORD","status":"SUBMITTED","claimed":false}}]},"events":{"pageInfo":{"endCursor":"c1"}}}'
)
_IN_HAND: Final = (
    b'{"filing":{"id":"fil_%b","matter":"TEMPORARY_TREATMENT_RECORD","status":"SUBMITTED","inMyHands":true,'
    b'"nextActions":["RETURN","ACCEPT"],"treatmentRegion":"520400","materials":[{"needed":true,"way":"ON_RECORD"}]}}'
)
_MOVES: Final = {
    b"draft": b"DRAFT",
    b"submit": b"SUBMITTED",
    b"claim": b"SUBMITTED",
    b"accept": b"ACCEPTED",
    b"approve": b"APPROVED",
    b"complete": b"COMPLETED",
}
"""The moves of a filing, each with the state that it leads to."""


def _decided(who: bytes) -> bytes:
    """All that was done with the filing of whoever asks."""
    moves = (b'{"node":{"filing":{"id":"fil_%b"},"move":"%b"}}' % (who, move.upper()) for move in _MOVES)
    return b'{"events":{"edges":[%b]}}' % b",".join(moves)


_AGENCIES: Final = b'{"region":{"name":"x","agencies":{"edges":[%b]}}}' % b",".join([_AGENCY] * 5)
_POLICY: Final = b'{"policyFacts":{"edges":[%b]}}' % b",".join([_FACT] * 20)

_ANSWERS: Final[dict[bytes, Callable[[bytes, bytes], bytes]]] = {
    b"MyFamily": lambda who, channel: _FAMILY % who,
    b"QuoteThroughChannel": lambda who, channel: _QUOTE,
    b"SubmitResidentContribution": lambda who, channel: _SUBMITTED % (who, who),
    b"StartPayment": lambda who, channel: _STARTED % (who, channel),
    b"CheckPayment": lambda who, channel: _CHECKED % who,
    b"EventsSince": lambda who, channel: _LOG % (who, who, who, who),
    b"ActivateCertificate": lambda who, channel: _ACTIVE,
    b"FilingQueue": lambda who, channel: _QUEUE % who,
    b"FilingInHand": lambda who, channel: _IN_HAND % who,
    b"FilingMovesSince": lambda who, channel: _decided(who),
    **{
        b"%bFiling" % move.title(): lambda who, channel, move=move, status=status: _MOVED % (move, who, status, who)  # type: ignore[misc]
        for move, status in _MOVES.items()
    },
    b"AgenciesOfRegion": lambda who, channel: _AGENCIES,
    b"PolicyOfRegion": lambda who, channel: _POLICY,
}


class _Toy(asyncio.Protocol):
    """One connection, with one question at a time."""

    def __init__(self) -> None:
        self._received = b""
        self._channel = b"WECHAT"
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A transport of uvloop is none of asyncio's classes.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        length = _LENGTH.search(self._received, 0, end + 2) if end >= 0 else None
        if length is None or len(self._received) < end + 4 + int(length[1]) or self._transport is None:
            return
        who, operation = _TOKEN.search(self._received), _OPERATION.search(self._received, end)
        channel = _CHANNEL.search(self._received, end)
        self._channel = self._channel if channel is None else channel[1]
        answer = _ANSWERS[b"" if operation is None else operation[1]]
        body = b'{"data":%b}' % answer(b"" if who is None else who[1], self._channel)
        self._received = b""
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/graphql-response+json\r\ncontent-length: %d\r\n\r\n"
        self._transport.write(head % len(body) + body)


async def serve(listener: socket.socket) -> None:
    """Serve for ever."""
    server = await asyncio.get_running_loop().create_server(_Toy, sock=listener)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m loadtests.toy")
    parser.add_argument("--fd", type=int, required=True)
    uvloop.run(serve(socket.socket(fileno=parser.parse_args().fd)))
