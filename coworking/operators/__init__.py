"""The tenant: legal identity, brand, hosts, languages, zone, currency. Knows nothing of people or spaces."""
