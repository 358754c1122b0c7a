"""What a campaign says and how, kept under a name for the next one."""
