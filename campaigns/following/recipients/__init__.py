"""The recipients of a campaign as a list: narrowed, sorted, leafed through, chosen from and exported."""
