"""The figures of the house: how its rooms hang together, and how plain its code and templates are to read."""
