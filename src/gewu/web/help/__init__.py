"""The help area: the handbook, the item of each page, its films and pictures."""
