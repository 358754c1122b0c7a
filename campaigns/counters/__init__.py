"""How many are in which state: figures, rollups by the minute, recounts."""
