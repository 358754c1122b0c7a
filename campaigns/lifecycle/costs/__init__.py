"""What a campaign is likely to cost, and what it has cost."""
