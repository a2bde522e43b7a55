"""What is kept of people, why and for how long; and what they may do about it. Everything here derives from one register."""
