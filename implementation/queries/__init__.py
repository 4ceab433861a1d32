"""What is read from the rows of site development, one module for each noun."""
