"""The opinion map told: as text for a terminal, and as one page of HTML that needs nothing from anywhere
else."""
