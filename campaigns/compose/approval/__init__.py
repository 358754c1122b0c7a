"""A second pair of eyes: above a size or a cost somebody other than the composer must approve a campaign."""
