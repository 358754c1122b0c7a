"""Starting by itself at a time."""
