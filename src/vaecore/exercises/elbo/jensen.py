"""Exercise of chapter 3: the lower bound through Jensen's inequality, a proof to put in order (S-ELBO)."""

from vaecore.exercises.machinery.exercise import Mistake
from vaecore.exercises.machinery.questions import OrderExercise

S_ELBO = OrderExercise(
    id="S-ELBO",
    chapter=3,
    title="The bound through Jensen's inequality",
    question=(
        "Put six of these lines in order, so that they lead from log p(x) to the lower bound in its second "
        "form. Each line goes on where the one above it ends. Four lines do not belong there."
    ),
    hints=(
        "p(x) is a sum over z. Where can q come in without changing anything?",
        "Multiply by q and divide by q: then the sum is an average over q.",
        "The logarithm of an average is at least the average of the logarithm: one line has an inequality.",
    ),
    reason=(
        "The logarithm bends downwards, so it is larger at the mean than its own mean; "
        "all the other lines are equalities."
    ),
    see="See chapter 3, 'The bound in one line'.",
    target="src-s-elbo",
    lines={
        "a": "= log E_q[p(x, z) / q(z | x)]",
        "b": "= E_q[log(p(x, z) / q(z | x))]",
        "c": "= E_q[log p(x | z)] - KL(q || p(z))",
        "d": "log p(x) = log sum_z p(x, z)",
        "e": "= log sum_z q(z | x) p(x, z)",
        "f": ">= E_q[log(p(x, z) / q(z | x))]",
        "g": "= E_q[log p(x | z)] - KL(q || p(z | x))",
        "h": "= log sum_z q(z | x) (p(x, z) / q(z | x))",
        "i": "<= E_q[log(p(x, z) / q(z | x))]",
        "j": "= E_q[log p(x | z) + log p(z) - log q(z | x)]",
    },
    order="dhafjc",
    traps={
        "b": "jensen-equality",
        "e": "jensen-no-division",
        "g": "jensen-posterior-for-prior",
        "i": "jensen-reversed",
    },
    order_mistake="jensen-shuffled",
    missing_mistake="jensen-incomplete",
    mistakes=(
        Mistake(
            "jensen-equality",
            "The logarithm of an average is not the average of the logarithm: they are equal only if "
            "p(x, z) / q(z | x) is the same for all z.",
            ("dhabjc",),
        ),
        Mistake(
            "jensen-no-division",
            "q cannot come in from nowhere: if you multiply by q, you must divide by it too.",
            ("deafjc",),
        ),
        Mistake(
            "jensen-posterior-for-prior",
            "What stands beside log q in the line above is log p(z), the prior. "
            "The KL divergence from the posterior is the gap, and not in the bound.",
            ("dhafjg",),
        ),
        Mistake(
            "jensen-reversed",
            "The logarithm bends downwards, so the logarithm of an average is the *larger* of the two.",
            ("dhaijc",),
        ),
        Mistake(
            "jensen-shuffled",
            "These are the right lines in another order: each goes on where the one above it ends.",
            ("hdafjc", "dhfajc"),
        ),
        Mistake(
            "jensen-incomplete",
            "A step is missing, or there is one too many.",
            ("dhafc", "dafjc", "dhafjcc"),
        ),
    ),
)
