"""Training, measuring and drawing what the package ships."""
