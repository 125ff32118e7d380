"""The API as a whole, asked in process: what a viewer may see, what is refused, what a spoilt database does."""
