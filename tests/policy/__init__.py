"""The book of policy: what it answers, what it refuses to answer, and which files it refuses to read."""
