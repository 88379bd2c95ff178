"""The generated records of each feed: pure functions of (seed, stream, index, clock)."""
