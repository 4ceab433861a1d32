"""What the pages of site development take in, one module for each noun."""
