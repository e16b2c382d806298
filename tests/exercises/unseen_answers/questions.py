"""Answers to the questions: right ones as people may write them, wrong ones with what is wrong in them."""

from decimal import Decimal
from fractions import Fraction

import numpy as np

from unseen_answers.entries import QUESTIONS, Given

# Exercise -> right answers, each in another notation.
RIGHT = {
    "C1-left-out": [
        "e then b then g then a then h then d",
        "E, B, G, A, H, D!",
        "1 e\n2 b\n3 g\n4 a\n5 h\n6 d",
    ],
    "X-1": ["b, c & e", "The true ones are: b, c, e", "b c e are true", "B; C; E;", "- b\n- c\n- e"],
    "P-2b": ["b and e", "b,e.", "{b, e}", "only b and e", "b) and e)"],
    "P-2bn": [
        "0.5, -1, 0.5, 1, 0.841",
        "0.5; −1; 0.5; 1; 0.841",
        "means 0.5 and -1, stds 0.5 and 1, probability 0.841",
        "½, -1, ½, 1, 0.841",
        "(0.5, -1.0), (0.5, 1.0), 0.8413",
        [[0.5, -1], [0.5, 1], 0.841],
        "0.500 | -1.000 | 0.500 | 1.000 | 0.841",
        "0.5, -1, 0.5, 1, 84.1%",
    ],
    "P-2cr": ["b, c and f", "bcf", "b,c,f are right", "{'b', 'c', 'f'}"],
    "X-2": ["b, e, f", "b e and f", "Answer: b, e, f", "b., e., f."],
    "P-1c": [
        "c e b a d",
        "c>e>b>a>d",
        "c => e => b => a => d",
        "c, then e, then b, then a, then d",
        "(c)(e)(b)(a)(d)",
    ],
    "S-ELBO": [
        "d-h-a-f-j-c",
        "d\n\nh\n\na\n\nf\n\nj\n\nc",
        "dhafjc.",
        "D → H → A → F → J → C",
        "d h a f j c",
    ],
    "X-3": ["b and c are true", "b / c", "b\tc", "Statement b and statement c", "b+c"],
    "X-8": ["a, b", "a & b", "A and B.", "(a), (b)", "a), b)"],
    "P-2a": ["b, e", "e, b", "b & e", "options b and e", "[b] [e]"],
    "P-2d": ["a, d", "a and d", "d and a", "a d", "“a”, “d”"],
    "S-REPo": [
        "c h f a i d g",
        "chfaidg",
        "c,h,f,a,i,d,g",
        "c ⇒ h ⇒ f ⇒ a ⇒ i ⇒ d ⇒ g",
        "1: c, 2: h, 3: f, 4: a, 5: i, 6: d, 7: g",
    ],
    "X-6": ["a, b", "a, b are true", "`a` and `b`", "*a*, *b*", "a\r\nb"],
    "X-5n": [
        "0.0853, 0.0975",
        "0.0853 and 0.0975 nats",
        "0.0853nats, 0.0975nats",
        "KL(P || Q) = 0.0853, KL(Q || P) = 0.0975",
        "KL(P||Q)=0.0853; KL(Q||P)=0.0975",
        "P to Q: 0.0853; Q to P: 0.0975",
        "≈ 0.0853, ≈ 0.0975",
        "~0.0853, ~0.0975",
        "8.53e-2, 9.75e-2",
        "0,0853; 0,0975",
        "0,0853 und 0,0975",
        ".0853, .0975",
        "0.0853 / 0.0975",
        ["0.0853 nats", "0.0975 nats"],
        (Decimal("0.0853"), Decimal("0.0975")),
        np.array([0.0853, 0.0975], np.float32),
        "KL(P || Q) is 0.0853 and KL(Q || P) is 0.0975",
        "about 0.0853 and about 0.0975",
    ],
    "C5-direction": ["c, e", "c and e", "e,c", "c/e"],
    "S-KL": ["i b f h a d", "i→b→f→h→a→d", "i, b, f, h, a, d", "i -> b -> f -> h -> a -> d."],
    "C6-two-steps": [
        "0.1, 0.0261",
        "θ_1 = 0.1, θ_2 = 0.0261",
        "theta_1 = 0.1, theta_2 = 0.0261",
        "theta1=0.100, theta2=0.0261",
        "0.100 and 0.0261",
        "1/10; 0.0261",
        "θ₁ = 0.1; θ₂ = 0.0261",
        (Fraction(1, 10), 0.0261),
    ],
    "C6-bias": ["a, c", "a and c", "c, a", "A C"],
    "C6-signs": ["a, b, f", "a b f", "a,b & f", "a, b, and f"],
    "C6-epsilon": [
        "0.75, 0.0003",
        "0.75 and 3e-4",
        "3/4; 3/10000",
        "0.750; 3.00e-4",
        "3/4, 3·10^-4",
        "0.75, 3x10^-4",
        "0.75, 3*10^(-4)",
    ],
    "C7-number": ["d, e", "d and e", "(d) and (e)", "D, E"],
    "C7-units": [
        "91, 131, 0.167",
        "91.0 nats, 131 bits, 0.167 bits per pixel",
        "91 nats; 131.3 bits; 0.1675 bits",
        "91 nats/image, 131 bits/image, 0.167 bits/pixel",
        "91,0; 131,3; 0,167",
        "91 | 131 | 0.167",
        "nats per image: 91, bits per image: 131, bits per pixel: 0.167",
    ],
    "S-MIRROR": ["a, c, f", "a c f", "a, c, and f", "a,c,f only"],
    "X-9": ["b, c", "b and c", "b & c.", "c/b"],
    "C8-rate": [
        "-100, 147, 1.5",
        "−100; 147; 1.5",
        "-100 nats, 147 nats, 1.5",
        "-100, 147, 3/2",
        "bound of A = -100, loss of B = 147, beta = 1.5",
        "bound: -100, loss: 147, beta: 1.5",
        "- 100, 147, 1.5",
        "-100.0, 147.0, beta = 1.5",
        "-100, 147, 1½",
    ],
    "C8-below": ["c e a h g d", "c, e, a, h, g, d", "c-e-a-h-g-d", "ceahgd"],
    "S-END": ["c f b h e a g", "c,f,b,h,e,a,g", "c → f → b → h → e → a → g", "cfbheag"],
    "C9-gan": ["a, d", "a and d", "d a", "a) d)"],
}

# Exercise -> (wrong answer, what is wrong with it).
WRONG = {
    "C1-left-out": [("ebgafd", "the last line is the sum of what is kept"), ("ecd", "W^T W is taken for I")],
    "X-1": [("bcde", "d is believed: the noise is to be reproduced"), ("be", "c is missing")],
    "P-2b": [("abe", "the encoder puts out z"), ("bcef", "the decoder draws x, and the roles are exchanged")],
    "P-2bn": [
        ("0.5, -1, -0.693, 0, 0.841", "log stds are given as stds"),
        ("0.5, -1, 0.5, 1, 0.159", "the probability of z_1 < 0"),
        ("0.5, -1, 0.25, 1, 0.841", "variances are given as stds"),
        ("0.5, -1, 0.5, 1, 0.691", "the probability is taken as if the std were 1"),
    ],
    "P-2cr": [("abcf", "a is believed"), ("cf", "b is missing")],
    "X-2": [("be", "f is missing"), ("abdef", "decoder and autoencoder are called generative")],
    "P-1c": [("cefad", "the last term is put to 0"), ("gebad", "starts with the wrong sign of log p(x)")],
    "S-ELBO": [("dhaijc", "Jensen's inequality the other way"), ("deafjc", "q is not divided by")],
    "X-3": [("abc", "the signs of the loss"), ("bcd", "the bound is taken for log p(x)")],
    "X-8": [("abc", "the term is taken to be 0"), ("b", "a is missing")],
    "P-2a": [("bde", "one sample is thought to be biased"), ("e", "b is missing")],
    "P-2d": [
        ("abd", "the plain draw is thought to be noisy only"),
        ("adf", "the path is thought to work for all z"),
    ],
    "S-REPo": [
        ("cefaidg", "q is kept in place of p(eps)"),
        ("chfaidj", "the derivative with respect to sigma"),
    ],
    "X-6": [("abd", "the covariance multiplies the noise"), ("ab e", "the noise is kept")],
    "X-5n": [
        ("0.0975, 0.0853", "the two are exchanged"),
        ("0.123, 0.141", "bits in place of nats"),
        ("0.0853, 0.0853", "the second is given as the first"),
        ("-0.0853, -0.0975", "the sign"),
        ("0.0370, 0.0423", "logarithms to base 10"),
    ],
    "C5-direction": [("ce a", "KL is called a distance"), ("cde", "one Gaussian covers both humps")],
    "S-KL": [("cbfhad", "starts with the wrong sign"), ("ibfhjd", "the mean is left out of E[z^2]")],
    "C6-two-steps": [
        ("0.1, -0.173", "the second gradient goes in alone, as if there were no moments"),
        ("0.1, 0.0369", "the root of v without its correction"),
        ("-0.1, -0.0261", "downhill"),
        ("0.05, 0.0261", "the first moment is not corrected at the first step"),
    ],
    "C6-bias": [("abc", "the first steps are thought too short"), ("ace", "m_hat replaces m")],
    "C6-signs": [("abcf", "both signs are changed"), ("ab", "f is missing")],
    "C6-epsilon": [
        ("0.75, 0.75", "no difference is seen"),
        ("1, 1", "epsilon is neglected"),
        ("0.0003, 0.75", "exchanged"),
    ],
    "C7-number": [("ade", "grey and binary pixels are compared"), ("d", "e is missing")],
    "C7-units": [
        ("91, 63.1, 0.0805", "multiplied by log 2"),
        ("91, 131.3, 0.116", "nats per pixel"),
        ("5460000, 7877115, 10047", "not divided by the images"),
    ],
    "S-MIRROR": [("abcf", "shared weights"), ("adf", "theta for phi")],
    "X-9": [("abc", "the KL rises"), ("bcf", "each dimension is a factor")],
    "C8-rate": [
        ("100, 147, 1.5", "the sign of the bound"),
        ("-100, 105, 1.5", "beta is left out of the loss"),
        ("-100, 378, 1.5", "beta multiplies the distortion"),
        ("-100, 147, 0.667", "the ratio upside down"),
    ],
    "C8-below": [("cbahgd", "Jensen's inequality the other way"), ("ceahid", "a step is left out")],
    "S-END": [("cfbhiag", "the likelihood plus the KL"), ("cfkheag", "a longer code")],
    "C9-gan": [("abd", "the discriminator is called the encoder"), ("acd", "both have a -log p(x)")],
}

QUESTIONS += [Given(exercise, answer) for exercise, answers in RIGHT.items() for answer in answers]
QUESTIONS += [
    Given(exercise, answer, mistake) for exercise, pairs in WRONG.items() for answer, mistake in pairs
]
