"""What happened that people should know of: one list over all campaigns and accounts."""
