"""Load over HTTP and WebSocket only: nothing here imports the product, and no other room imports this one.

Locust patches sockets as soon as it is imported, so modules that import it (`run`, `smoke`, `users`, `locustfile`) live
in a process of their own. The others are plain Python.
"""
