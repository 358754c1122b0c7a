"""Whatever changes a campaign's state."""
