"""Campaigns, and the page of one while it runs."""
