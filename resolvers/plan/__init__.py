"""The plan executor (执行计划): a GraphQL operation becomes SQL once, and finished JSON every time after.

Reading order: `sources` (what a field is in the database), `arguments` (what a client may vary), `selection` (what it
asked for), `rows` (how that becomes one statement), `objects` (how a computed answer is written), `documents` (parsing,
validating, coercing), `executor` (running).
"""
