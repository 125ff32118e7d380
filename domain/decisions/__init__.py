"""What follows from the facts of a case (业务判断): pure and synchronous, without database, clock or randomness.

A decision collects every refusal that applies and tells the first by precedence; where none applies it returns what is
to be recorded.
"""
