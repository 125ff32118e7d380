"""How the contract is answered: field sources, the plan executor, the ASGI app and the command line."""
