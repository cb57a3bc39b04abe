"""Documents in: is the file safe, what does it hold, what plan is in it. Writes nothing; asks where it is unsure."""
