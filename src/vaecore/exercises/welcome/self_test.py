"""Seven questions on what the book takes for granted, one for each thing; two minutes in all."""

from vaecore.exercises.machinery.exercise import Mistake
from vaecore.exercises.machinery.questions import QuestionExercise, ValueExercise, choice

W_BAYES = ValueExercise(
    id="W-bayes",
    chapter=0,
    title="Bayes' rule",
    question=(
        "One person in ten has an illness. A test says yes to 9 in 10 of those who have it, and to 1 in 10 "
        "of those who have not. It says yes to you. How probable is it that you have the illness?"
    ),
    hints=("Of 100 people, how many are ill and get a yes? How many get a yes without being ill?",),
    reason="Of 100 people 9 are ill with a yes, and 9 have a yes without being ill: 9 of 18.",
    see="See chapter 2, 'Two coins', which begins with just this.",
    mistakes=(
        Mistake(
            "w-bayes-likelihood",
            "That is the probability of a yes if you are ill. Asked is the probability of the illness if the "
            "test says yes; for that, it matters how rare the illness is.",
            (0.9,),
        ),
        Mistake(
            "w-bayes-joint",
            "That is the probability of being ill and getting a yes. Divide it by the probability of a yes.",
            (0.09,),
        ),
    ),
    value=(0.5,),
    names=("probability",),
    digits=2,
)

W_LOG = ValueExercise(
    id="W-log",
    chapter=0,
    title="Logarithms",
    question="The natural logarithms of p and q are -2 and -3. What are log(p q) and log(p / q)?",
    hints=("The logarithm of a product is a sum.",),
    reason="log(p q) = log p + log q = -5, and log(p / q) = log p - log q = 1.",
    see="See chapter 2, 'Many observations: a sum of logarithms'.",
    mistakes=(
        Mistake(
            "w-log-product",
            "The logarithm turns a product into a sum, and a quotient into a difference.",
            ((6, 2 / 3), (6, 1)),
        ),
    ),
    value=(-5, 1),
    names=("log(p q)", "log(p / q)"),
    digits=2,
)

W_CHAIN = ValueExercise(
    id="W-chain",
    chapter=0,
    title="The chain rule",
    question="What is the derivative of f(w) = (3 w + 1)^2 at w = 1?",
    hints=("The outer derivative, times the inner one.",),
    reason="2 (3 w + 1) times 3, which is 2 · 4 · 3 = 24 at w = 1.",
    see="See chapter 4, 'Backpropagation through the sampling step'.",
    mistakes=(
        Mistake("w-chain-inner", "The inner derivative, 3, is missing.", (8,)),
        Mistake("w-chain-value", "That is the value of f, not its slope.", (16,)),
    ),
    value=(24,),
    names=("derivative",),
    digits=2,
)

W_NORMAL = choice(
    "W-normal",
    0,
    "The normal distribution",
    "x is normally distributed with mean 10 and standard deviation 2. Which statements hold?",
    ("A standard deviation of 2 is a variance of 4.",),
    "See chapter 4, 'Second way: move the randomness out'.",
    ("w-normal-variance", True, "Its variance is 4.", "It is the square of the standard deviation."),
    (
        "w-normal-two-thirds",
        True,
        "About two thirds of all x lie between 8 and 12.",
        "One standard deviation to either side of the mean holds 68%.",
    ),
    (
        "w-normal-density",
        False,
        "The probability of x = 10 is the height of the density at 10.",
        "A density is a probability per unit of length. Any single value has the probability 0.",
    ),
    (
        "w-normal-shift",
        True,
        "If e is standard normal, 10 + 2 e is distributed as x is.",
        "Stretching by 2 and moving by 10 gives the standard deviation 2 and the mean 10.",
    ),
)

W_EIGEN = ValueExercise(
    id="W-eigen",
    chapter=0,
    title="Eigenvalues",
    question="The matrix has the rows (2, 1) and (1, 2). What are its eigenvalues, the larger one first?",
    hints=("What does the matrix make of (1, 1), and what of (1, -1)?",),
    reason="It makes (3, 3) of (1, 1), and (1, -1) of (1, -1).",
    see="See chapter 1, 'The simplest autoencoder: PCA'.",
    mistakes=(
        Mistake("w-eigen-diagonal", "The diagonal has the eigenvalues only if all else is 0.", ((2, 2),)),
        Mistake("w-eigen-invariants", "These are the sum and the product of the eigenvalues.", ((4, 3),)),
    ),
    value=(3, 1),
    names=("larger", "smaller"),
    digits=2,
)

W_DET = ValueExercise(
    id="W-det",
    chapter=0,
    title="Determinants",
    question=(
        "A diagonal matrix has 2, 3 and 4 on its diagonal. What are its determinant, and the determinant of "
        "its inverse?"
    ),
    hints=("A box with sides 2, 3 and 4.",),
    reason="The determinant is the factor by which volumes grow: 2 · 3 · 4 = 24; the inverse undoes it.",
    see="See chapter 3, 'How tight is the bound?'.",
    mistakes=(
        Mistake("w-det-trace", "The sum of the diagonal is the trace.", ((9, 1 / 9), (9, 13 / 12))),
        Mistake("w-det-inverse", "The inverse shrinks volumes by the same factor: 1 over it.", ((24, -24),)),
    ),
    value=(24, 1 / 24),
    names=("determinant", "of the inverse"),
    digits=2,
)

W_NUMPY = ValueExercise(
    id="W-numpy",
    chapter=0,
    title="NumPy",
    question=(
        "`x = np.ones((5, 3))` and `W = np.ones((3, 2))`. How many entries has `(x @ W).sum(axis=1)`, and "
        "what is each of them?"
    ),
    hints=("x @ W has the shape (5, 2). Which of the two axes is summed away?",),
    reason="x @ W has the shape (5, 2), with 3 in every place. Its 5 rows add up to 6 each.",
    see="See chapter 7, 'Two networks'.",
    mistakes=(
        Mistake("w-numpy-axis", "axis=1 adds up along each row, axis=0 along each column.", ((2, 15),)),
        Mistake("w-numpy-all", "Without an axis everything is added up, to one number.", ((1, 30),)),
    ),
    value=(5, 6),
    names=("entries", "each"),
    digits=2,
)

SELF_TEST: tuple[QuestionExercise, ...] = (
    W_BAYES, W_LOG, W_CHAIN, W_NORMAL, W_EIGEN, W_DET, W_NUMPY
)  # fmt: skip
