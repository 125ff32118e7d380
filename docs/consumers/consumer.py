"""Follows the log of events and books each event once and in order, whatever happens on the way.

Its environment says SERVER, CLIENT_ID, CLIENT_SECRET and BOOKS, the file that it keeps. Needs `websockets`.
"""

import json
import logging
import os
import random
import sqlite3
import time
from urllib.parse import urlencode
from urllib.request import urlopen

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

SERVER, QUIET_SECONDS = os.environ["SERVER"], float(os.environ.get("QUIET_SECONDS", "60"))
EVENTS = "subscription Follow($after: Cursor) { events(after: $after, startFrom: BEGINNING) { __typename id } }"
books = sqlite3.connect(os.environ["BOOKS"])
books.execute("CREATE TABLE IF NOT EXISTS booked (event TEXT PRIMARY KEY, type TEXT NOT NULL)")
books.execute("CREATE TABLE IF NOT EXISTS place (only INTEGER PRIMARY KEY CHECK (only = 1), cursor TEXT NOT NULL)")


def place():
    found = books.execute("SELECT cursor FROM place").fetchone()
    return found and found[0]


def book(cursor, event=None):
    with books:  # What an event does and how far that brings us are one transaction: both are there, or neither.
        if event is not None:
            books.execute("INSERT INTO booked VALUES (?, ?)", (event["id"], event["__typename"]))
        books.execute("INSERT OR REPLACE INTO place VALUES (1, ?)", (cursor,))


def token():
    own = {name.lower(): os.environ[name] for name in ("CLIENT_ID", "CLIENT_SECRET")}
    form = urlencode({"grant_type": "client_credentials", **own}).encode()
    with urlopen(f"{SERVER}/oauth/token", form, timeout=10) as answer:
        return json.load(answer)["access_token"]


def follow():
    """One connection, for as long as it can be trusted. Signs in anew, as the last token may have ended."""
    with connect(f"{SERVER.replace('http', 'ws', 1)}/graphql", subprotocols=["graphql-transport-ws"]) as socket:
        socket.send(json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {token()}"}}))
        last = place()
        asked = {"query": EVENTS, "variables": {"after": last}, "extensions": {"fault": os.environ.get("FAULT")}}
        while True:  # Silence may be a server that is gone, or a last event that was lost: ask again after a while.
            message = json.loads(socket.recv(QUIET_SECONDS))
            if message["type"] == "connection_ack":
                socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": asked}))
            elif message["type"] in ("error", "complete") or "errors" in message["payload"]:
                return message.get("payload")
            elif (cursor := message["payload"]["extensions"]["cursor"]) != last:  # Else it came twice.
                if message["payload"]["extensions"]["follows"] != last:
                    return None  # Something between the two is missing, or they changed places: ask again for both.
                book(cursor, message["payload"]["data"]["events"])
                last = cursor


failures = 0
while True:
    before, begun = place(), time.monotonic()
    try:
        refused = follow()
        errors = refused["errors"] if isinstance(refused, dict) else refused or []
        for error in errors:
            logging.warning("%s", error)
            if error["extensions"]["code"] == "CURSOR_EXPIRED":  # What came between is told no more: look it up, go on.
                book(error["extensions"]["startAfter"])
    except (OSError, WebSocketException) as error:  # Cut, refused, or closed with 1001, 4008 or 4403.
        logging.warning("%r", error)
    lasted = place() != before or time.monotonic() - begun >= QUIET_SECONDS
    failures = 0 if lasted else min(7, failures + 1)
    time.sleep(random.uniform(0, 0.25 * 2**failures))
