"""What the class has not understood: counted, drawn, and told to lecturer, students and platforms."""
