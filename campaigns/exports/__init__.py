"""Lists as files: short ones at once, long ones in the background, kept for their owner for some days."""
