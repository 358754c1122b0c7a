"""``make chaos``: campaigns of every kind while processes are killed with -9 and the provider misbehaves."""
