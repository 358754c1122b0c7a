"""Three ways to begin a campaign from something that exists: presets, duplicates, resends."""
