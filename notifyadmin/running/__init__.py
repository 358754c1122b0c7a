"""Running the whole installation on one machine: keys, ports and processes."""
