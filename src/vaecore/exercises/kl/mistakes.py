"""What is said of mistakes in a KL divergence that X-4, X-5, L-KL and C5-two-gaussians share."""

SWAPPED = "This is KL(Q || P). The first argument is the one that the average is taken over."
SIGN = "The sign is turned round: a KL divergence is never negative."
BITS = "These are bits: the logarithm is to base 2. In nats it is the natural one."
ZERO_LOG_ZERO = (
    "Right, except where a probability is 0: there 0 log 0 became nan, or an error. Its limit is 0."
)
CROSS_ENTROPY = "This is the cross-entropy -sum P log Q: the entropy of P has to be taken off."
