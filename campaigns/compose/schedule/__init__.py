"""Starting a campaign at a time: set, taken back, kept, and asked about when the time was missed."""
