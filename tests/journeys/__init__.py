"""What people do with the API, from signing in to the receipt, in one small world of each engine."""
