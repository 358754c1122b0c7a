"""What sending costs and how it scales, as ratios within one run: ``python -m tests.bench``."""
