"""What can only be done on finished pages: lighter files, icons, mathematics, pictures, accessibility."""
