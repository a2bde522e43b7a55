"""The register in the words of others: records of processing by law, Fides' manifest, and the Data Privacy Vocabulary."""
