"""Everything about one number, over all campaigns and accounts."""
