"""Load over HTTP and WebSocket only: nothing here imports the product."""
