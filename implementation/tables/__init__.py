"""What the pages of site development show, as tables, timelines and grids."""
