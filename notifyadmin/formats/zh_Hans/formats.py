"""Numbers are grouped by three, as in English: staff compare counts of up to millions."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
