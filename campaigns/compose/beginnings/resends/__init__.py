"""Sending once more to those whom a campaign did not reach, as a campaign of its own."""
