"""Exercises with statements to pick, from several chapters (X-1, X-2, X-3, X-6, X-8, X-9)."""

from vaecore.exercises.machinery.questions import choice

X_1 = choice(
    "X-1",
    1,
    "Four kinds of autoencoders",
    "Which statements are true?",
    (
        "Ask of each kind: what is added to the loss, or to the input?",
        "Sparse says how many units are active, not how many there are.",
    ),
    "See chapter 1, 'Three ways to ask for more'.",
    (
        "ae-sparse-dimension",
        False,
        "The L1 price of a sparse autoencoder lowers the dimension of the code.",
        "It makes few units active at a time; the dimension stays.",
    ),
    (
        "ae-denoising-target",
        True,
        "A denoising autoencoder is given a damaged input, and asked for the clean one.",
        "Its loss compares the output with the clean input, so it learns to remove noise.",
    ),
    (
        "ae-contractive-jacobian",
        True,
        "A contractive autoencoder adds the squared norm of the encoder's Jacobian.",
        "A small change of the input then changes the code little; the code is a vector, so it is a "
        "Jacobian and no gradient vector.",
    ),
    (
        "ae-denoising-noisy-target",
        False,
        "A denoising autoencoder must reproduce the noise too.",
        "The noise cannot be predicted, and reproducing it would teach nothing: the target is the clean "
        "input.",
    ),
    (
        "ae-variational-distribution",
        True,
        "A variational autoencoder turns an input into a distribution over codes.",
        "It has a prior over codes, too, and maximises a lower bound of log p(x).",
    ),
    (
        "ae-contractive-weights",
        False,
        "The contractive penalty is the squared gradient of the loss in the weights.",
        "Its derivatives are those of the code in the pixels: it holds the code still, not the training.",
    ),
    target="src-x-1",
)

X_2 = choice(
    "X-2",
    2,
    "Generative or not?",
    "Which of these are generative models of x?",
    ("A generative model gives p(x), and so a way to draw x.", "Where would z come from?"),
    "See chapter 2, 'What is a generative model?'.",
    (
        "generative-decoder-alone",
        False,
        "a decoder p(x | z), and nothing else",
        "Nothing says which z to put in: p(z) belongs to the model.",
    ),
    (
        "generative-prior-and-decoder",
        True,
        "a prior p(z), and a decoder p(x | z)",
        "Draw z, then x; p(x) is the integral over z.",
    ),
    (
        "generative-encoder",
        False,
        "an encoder q(z | x)",
        "It says something about z for a given x, and not how probable an x is.",
    ),
    (
        "generative-autoencoder",
        False,
        "a trained autoencoder",
        "It has no distribution over its codes, and so none over x.",
    ),
    (
        "generative-gaussian",
        True,
        "one Gaussian fitted to the images",
        "It gives p(x) and can be drawn from, without any latent variable.",
    ),
    (
        "generative-fitted-codes",
        True,
        "an autoencoder, a Gaussian fitted to its codes, and noise of known size on its output",
        "Now z has a distribution, and x given z too: a generative model, if perhaps a poor one.",
    ),
    target="src-x-2",
)

X_3 = choice(
    "X-3",
    3,
    "The loss of a VAE",
    "Which statements about the loss of one data point are true?",
    ("The loss is minus the lower bound.", "phi are the encoder's weights, theta the decoder's."),
    "See chapter 3, 'The loss of a VAE'.",
    (
        "loss-kl-sign",
        False,
        "It is the negative expected log-likelihood minus the KL divergence from the prior.",
        "The KL divergence is a price, so a loss adds it.",
    ),
    (
        "loss-expectation",
        True,
        "The log-likelihood is averaged over z drawn from the encoder's distribution.",
        "E_q[log p(x | z)]: q is what the encoder says.",
    ),
    (
        "loss-decomposes",
        True,
        "The loss of the data set is the sum of the losses of its points.",
        "The points are independent, so their log-likelihoods, and their bounds, add up.",
    ),
    (
        "loss-is-likelihood",
        False,
        "Its negative is log p(x) itself.",
        "Its negative is a lower bound of log p(x); the gap is KL(q || p(z | x)).",
    ),
    (
        "loss-information-lost",
        False,
        "KL(q || p) is the information that is lost when q stands for p.",
        "That sentence describes KL(p || q): the average over p, with q used in place of p.",
    ),
    target="src-x-3",
)

X_6 = choice(
    "X-6",
    4,
    "Backpropagation through a sample",
    "The encoder gives mean and std, and z = mean + std * eps is drawn. Which statements are true?",
    (
        "Where does the randomness of z come from?",
        "Which of mean, std and eps have parameters behind them?",
    ),
    "See chapter 4.",
    (
        "backprop-through-noise",
        True,
        "The noise eps is drawn from a distribution without parameters.",
        "So nothing needs to be propagated into the draw: it is an input of the network.",
    ),
    (
        "backprop-std-derivative",
        True,
        "The derivative of z with respect to std is eps.",
        "z = mean + std * eps is linear in std.",
    ),
    (
        "backprop-zero",
        False,
        "The derivative of z with respect to the mean is 0, as z is random.",
        "For fixed noise z moves with the mean: the derivative is 1.",
    ),
    (
        "backprop-variance",
        False,
        "The noise is multiplied by the covariance, z = mean + Sigma eps.",
        "By a root of it: with Sigma the variance of z would be Sigma squared.",
    ),
    (
        "backprop-eps-fixed",
        False,
        "eps is drawn once, and kept during training.",
        "It is drawn anew at every step; kept fixed, the model would fit one noise.",
    ),
)

X_8 = choice(
    "X-8",
    3,
    "The term that is dropped",
    "In log p(x) = bound + KL(q || p(z | x)) the last term is left out. Which statements tell why one wants "
    "to do so, or why one may?",
    ("That it cannot be computed is half of the answer.", "What is known of every KL divergence?"),
    "See chapter 3, 'Why is the gap dropped?'.",
    (
        "dropped-intractable",
        True,
        "It cannot be computed: the true posterior contains p(x).",
        "p(z | x) = p(x | z) p(z) / p(x), and p(x) is an integral that is out of reach.",
    ),
    (
        "dropped-nonnegative",
        True,
        "It is never negative, so what remains is at most log p(x).",
        "This half makes the rest a lower bound; without it dropping the term would be unfounded.",
    ),
    (
        "dropped-zero",
        False,
        "It is 0 once the decoder is good enough.",
        "It is 0 only where q is the posterior, and a factorised Gaussian q rarely is.",
    ),
    (
        "dropped-constant",
        False,
        "It does not depend on the parameters.",
        "It depends on phi through q, and on theta through the posterior.",
    ),
    (
        "dropped-small",
        False,
        "It is small compared with the other terms.",
        "It may be large. Where it cannot be computed nobody knows; that is why a bound is all we have.",
    ),
    target="src-x-8",
)

X_9 = choice(
    "X-9",
    8,
    "Independent latent factors",
    "The KL divergence gets a weight beta > 1. Compared with beta = 1, which statements are true?",
    ("What rises is a weight.", "What does z say about x, if q is pressed towards the prior?"),
    "See chapter 8, 'A weight on the KL'.",
    (
        "beta-kl-rises",
        False,
        "The KL divergence rises.",
        "Its weight rises, and the KL itself falls: it has become more expensive.",
    ),
    (
        "beta-blur",
        True,
        "Reconstructions become blurred.",
        "z says less about x, so the decoder averages over more images.",
    ),
    (
        "beta-aggregate",
        True,
        "The average of q(z | x) over the data is pressed towards the prior.",
        "Each q stays where its image needs it; what can become like the prior, with independent "
        "components, is "
        "their average. That is what beta is for.",
    ),
    (
        "beta-each-q",
        False,
        "Each single q(z | x) becomes factorised.",
        "It is factorised already, whatever beta is.",
    ),
    (
        "beta-free",
        False,
        "It costs nothing: the bound on log p(x) gets tighter.",
        "With beta > 1 the objective lies below the bound (the KL is never negative): it is a looser one.",
    ),
    (
        "beta-meaning",
        False,
        "Each dimension is then sure to stand for one factor that we would name.",
        "Independent is not the same as meaningful: if the axes are turned, a standard normal prior looks "
        "the same. Whether they are ours must be measured.",
    ),
)

EXERCISES = (X_1, X_2, X_3, X_6, X_8, X_9)
