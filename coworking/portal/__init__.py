"""Surface: the pages that members live in."""
