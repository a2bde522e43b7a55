"""Who has which space when. Never two at once: the database itself refuses it, whatever this code does."""
