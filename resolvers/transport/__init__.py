"""GraphQL on the wire (传输层): HTTP, Server-Sent Events and WebSocket, as bare ASGI in front of a `Service`."""
