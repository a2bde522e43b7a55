"""The privacy policy: what it says as data, how it reads, its versions, and how a new one is published."""
