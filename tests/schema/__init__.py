"""The contract: how it is described, what shape its parts have, and how values cross it."""
