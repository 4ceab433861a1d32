"""Every change to the rows of site development, one module for each noun."""
