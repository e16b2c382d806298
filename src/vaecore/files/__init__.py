"""What is read and written: MNIST, data sets, models, and files that are whole or not there at all."""
