"""What one client may ask of the transports (传输层限额). Every value here is assumed: an operator's choice."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """Sizes in bytes, times in seconds.

    `body` and `body_seconds` bound a POST body and the time that it may take to arrive, `query_string` a GET.
    `json_depth` is how deep arrays and objects may nest, below what recursive code behind the transports stands;
    `json_values` bounds their brackets and commas, and so how long one request makes others wait.
    `message` bounds a WebSocket message. `stalled_seconds` is how long a client may leave its connection full
    before it is given up. `shutdown_seconds` is what queries and mutations under way get to finish.
    `reservations` bounds the event streams of the single connection mode, `reservation_seconds` their wait for
    the client's connection. `late_seconds`, `few` and `at_once` are what one process takes on, see `Capacity`: an
    operation that waited longer is refused where it is not one of a few, and so is one beyond so many.
    `per_connection` is what it takes on for each connection to a database of its own processes.
    """

    body: int = 1 << 20
    body_seconds: float = 10.0
    query_string: int = 32 << 10
    json_depth: int = 64
    json_values: int = 20_000
    message: int = 1 << 20
    init_seconds: float = 10.0
    operations_per_socket: int = 200
    stalled_seconds: float = 20.0
    shutdown_seconds: float = 5.0
    heartbeat_seconds: float = 12.0
    reservations: int = 10_000
    reservation_seconds: float = 60.0
    operations_per_stream: int = 200
    late_seconds: float = 0.4
    few: int = 20
    at_once: int = 256
    per_connection: int = 25

    def over(self, connections: int) -> TransportLimits:
        """These limits where operations share so many connections, and wait for one: a queue bounded by its length."""
        return replace(self, at_once=max(self.few, min(self.at_once, self.per_connection * connections)))
