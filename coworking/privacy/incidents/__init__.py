"""What went wrong with personal data: reports of problems, incidents with their clocks, whom they concern, and who is told."""
