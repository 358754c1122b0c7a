"""What those who run an installation do: backups, so far."""
