"""Following what was started: overview, recipients, evidence, numbers, reports, the hold of all sending."""
