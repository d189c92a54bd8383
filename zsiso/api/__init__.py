"""ZStack's API: its calls, its responses and failures, sessions, and the rows of a body."""
