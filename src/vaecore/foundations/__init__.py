"""The ground floor: errors, checks of input, networks, gradients, plots, the switch to compiled loops."""
