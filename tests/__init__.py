"""One folder per room, besides the contract, the architecture and the end-to-end journeys."""
