"""What a client may ask: the GraphQL contract, without decisions and without SQL."""
