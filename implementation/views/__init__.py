"""The pages of site development, one module for each noun."""
