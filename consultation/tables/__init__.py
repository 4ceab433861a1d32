"""What the pages of consultation show, as the records of the look; one module for each noun."""
