"""Where every field of the schema comes from, one module per concept; `sources` puts them together."""
