"""Lists of numbers: read, judged, mapped, and put into a draft's audience."""
