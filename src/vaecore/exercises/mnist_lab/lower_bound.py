"""Exercise of chapter 7: the lower bound of a batch (L-BOUND)."""

import numpy as np

from vaecore.exercises.kl.closed_form import L_KL
from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.repeated_calls import DRAW_FROM, fresh_generator
from vaecore.exercises.mnist_lab.bernoulli import L_BERN
from vaecore.exercises.mnist_lab.bound_joint import FORMS, SUM, joint_is
from vaecore.exercises.mnist_lab.bound_problems import SIZES
from vaecore.exercises.mnist_lab.bound_readings import (
    are,
    differently_scaled,
    mean_total_or_sum,
    measure,
    near,
    noise_is_shared,
    passes,
    saw,
    terms,
    terms_are_right,
    z_is_not_from_q,
)
from vaecore.foundations.likelihoods import bernoulli_log_prob, gaussian_log_prob
from vaecore.foundations.networks import neural_net_predict
from vaecore.kl import compute_KL
from vaecore.reparameterization import sample_latent_variables_from_posterior


def vae_lower_bound(gen_params, rec_params, data, rng):
    # [answer]
    encoder_output = neural_net_predict(rec_params, data)
    z = sample_latent_variables_from_posterior(encoder_output, rng)
    logits = neural_net_predict(gen_params, z)
    log_prob = bernoulli_log_prob(data, logits)
    kl = compute_KL(encoder_output)
    return np.mean(log_prob - kl)
    # [end]


def _parts(gen_params, rec_params, data, rng):
    encoder_output = neural_net_predict(rec_params, data)
    z = sample_latent_variables_from_posterior(encoder_output, rng)
    return bernoulli_log_prob(data, neural_net_predict(gen_params, z)), compute_KL(encoder_output)


def either(*checks):
    """Return a predicate that holds where one of these does."""
    return lambda readings: any(check(readings) for check in checks)


def _of(formula):
    """Return a wrong bound: formula(log_prob, kl), both (B,)."""
    return lambda gen, rec, data, rng: formula(*_parts(gen, rec, data, rng))


def _shared_noise(gen_params, rec_params, data, rng):
    encoder_output = neural_net_predict(rec_params, data)
    mean, log_std = np.split(encoder_output, 2, axis=1)
    z = mean + np.exp(log_std) * rng.standard_normal()
    return np.mean(bernoulli_log_prob(data, neural_net_predict(gen_params, z)) - compute_KL(encoder_output))


def _own_z(std, mean=1):
    """A wrong bound that draws its own z: mean * (the mean of q) + std(log std) * noise."""

    def wrong(gen_params, rec_params, data, rng):
        encoder_output = neural_net_predict(rec_params, data)
        centre, log_std = np.split(encoder_output, 2, axis=1)
        z = mean * centre + std(log_std) * rng.standard_normal(centre.shape)
        log_prob = bernoulli_log_prob(data, neural_net_predict(gen_params, z))
        return np.mean(log_prob - compute_KL(encoder_output))

    return wrong


def _joint(form, factor=lambda data: 1):
    """A wrong bound of the form log p(x | z) + log p(z) - log q(z | x), in one of the ways of FORMS."""

    def wrong(gen_params, rec_params, data, rng):
        mean, log_std = np.split(neural_net_predict(rec_params, data), 2, axis=1)
        z = mean + np.exp(log_std) * rng.standard_normal(mean.shape)
        log_prob = bernoulli_log_prob(data, neural_net_predict(gen_params, z))
        log_prior, log_q = gaussian_log_prob(z, 0 * z, 0 * z), gaussian_log_prob(z, mean, log_std)
        return factor(data) * np.mean(np.dot(FORMS[form], [log_prob, log_prior, log_q]))

    return wrong


_at_the_mean = _own_z(lambda s: 0)


_N, _global_batch = 5000, 200
L_BOUND = CodeExercise(
    id="L-BOUND",
    chapter=7,
    title="The lower bound",
    question=(
        "Encode `data` (B, D), draw one z for each image, decode it, and return the mean over the batch of "
        "log p(x | z) - KL: one number. (N/B times the sum, the bound of all N images, is right too, and so "
        f"is log p(x | z) + log p(z) - log q(z | x) at the z that were drawn.) {DRAW_FROM}"
    ),
    hints=(
        "Five steps: encode, sample, decode, subtract, average. The lab's other functions do the work.",
        "neural_net_predict(rec_params, data) is the encoder's output; z goes into "
        "neural_net_predict(gen_params, z), which gives logits.",
        "log p(x | z) - KL is a vector with one entry for each image. Both terms are averaged alike.",
    ),
    reason="One sample of z for each image is enough: the average over many batches is the bound itself.",
    see="See chapter 7, 'Function 4: the lower bound'.",
    solution=vae_lower_bound,
    measure=measure,
    passes=passes,
    tolerance=(
        "Where the decoder ignores z, 1e-5 of the value. Where it listens, 7 standard errors of the mean of "
        "700 calls, a seventh of the gap between sampling z and decoding its mean."
    ),
    saw=saw,
    takes_rng=True,
    uses=(L_KL, L_BERN),
    mistakes=(
        Mistake(
            "bound-kl-added",
            "The KL divergence is added. It is a price: subtract it.",
            (
                _of(lambda p, k: np.mean(p + k)),
                _of(lambda p, k: _N / len(p) * np.sum(p + k)),
                _joint("kl added"),
            ),
            when=either(
                terms(lambda a, b: mean_total_or_sum(a) and are(b / a, -1, -1)), joint_is("kl added")
            ),
        ),
        Mistake(
            "bound-loss",
            "This is minus the bound: a loss, to be minimised. The bound itself is to be maximised.",
            (
                _of(lambda p, k: np.mean(k - p)),
                _of(lambda p, k: -_N / len(p) * np.sum(p - k)),
                _of(lambda p, k: np.sum(k - p)),
                _joint("loss"),
            ),
            when=either(terms(lambda a, b: mean_total_or_sum(-a) and are(b / a, 1, 1)), joint_is("loss")),
        ),
        Mistake(
            "bound-sum",
            "This is the sum over the batch, which grows with its size: take the mean (or weight it by N/B).",
            (_of(lambda p, k: np.sum(p - k)), _joint("right", len)),
            when=either(terms(lambda a, b: are(a, *SIZES) and are(b, *SIZES)), joint_is(SUM)),
        ),
        Mistake(
            "bound-likelihood-only",
            "The KL divergence is missing: without it nothing keeps q near the prior.",
            (_of(lambda p, k: np.mean(p)), _of(lambda p, k: np.sum(p))),
            when=terms(lambda a, b: mean_total_or_sum(a) and (abs(b) < 1e-9 * abs(a)).all()),
        ),
        Mistake(
            "bound-kl-only",
            "The log-likelihood is missing: this bound does not look at the reconstruction at all.",
            (
                _of(lambda p, k: -np.mean(k)),
                _of(lambda p, k: np.mean(k)),
                _of(lambda p, k: -np.sum(k)),
                _joint("no likelihood"),
                _joint("minus no likelihood"),
            ),
            when=either(
                terms(lambda a, b: (abs(a) < 1e-9).all() and (abs(b) > 1e-3).all()),
                joint_is("no likelihood", "minus no likelihood"),
            ),
        ),
        Mistake(
            "bound-no-log-q",
            "log q(z | x) is not subtracted: log p(x, z) alone is no bound. It rewards z that are near 0 and "
            "fit x, and does not mind how sure q is of them.",
            (_joint("no log q"), _joint("no log q", lambda data: _N)),
            when=joint_is("no log q"),
        ),
        Mistake(
            "bound-no-log-prior",
            "log p(z) is missing: the joint p(x, z) is p(x | z) p(z).",
            (_joint("no log p(z)"),),
            when=joint_is("no log p(z)"),
        ),
        Mistake(
            "bound-no-sampling",
            "The mean of q is decoded, not a sample of it. The bound averages over q.",
            (_at_the_mean, lambda *args: _N * _at_the_mean(*args)),
            when=lambda r: terms_are_right(r) and abs(r["sampled"]) < 1e-6 and r["noise"] < 1e-6,
        ),
        Mistake(
            "bound-sum-of-one-term",
            "One term is summed over the batch, and the other averaged: treat both alike.",
            (_of(lambda p, k: np.sum(p) - np.mean(k)), _of(lambda p, k: np.mean(p) - np.sum(k))),
            when=terms(lambda a, b: (are(a, *SIZES) and are(b, 1, 1)) or (are(a, 1, 1) and are(b, *SIZES))),
        ),
        Mistake(
            "bound-scaled-likelihood",
            "The two terms have different weights. If the one is multiplied by N/B, so is the other.",
            (
                _of(lambda p, k: _N / len(p) * np.sum(p) - np.sum(k)),
                _of(lambda p, k: _N / len(p) * np.sum(p) - np.mean(k)),
                _of(lambda p, k: np.mean(_N / len(p) * p - k)),
                _of(lambda p, k: np.mean(p) - _N / len(p) * np.sum(k)),
            ),
            when=terms(differently_scaled),
        ),
        Mistake(
            "bound-global-batch-size",
            "The sum over the batch is multiplied by a fixed number, so that the result grows with the "
            "batch. In N/B stands the size of *this* batch.",
            (_of(lambda p, k: _N / _global_batch * np.sum(p - k)),),
            when=terms(lambda a, b: are(a / b, 1, 1) and near(a[0] / a[1], SIZES[0] / SIZES[1])),
        ),
        Mistake(
            "bound-not-averaged",
            "There is one number for each image: take their mean.",
            (_of(lambda p, k: p - k),),
            when=lambda r: (
                [np.shape(x) for x in r.values()] == [(n,) for n in SIZES for _ in "AB"]
                and not any(isinstance(x, Trouble) for x in r.values())
            ),
        ),
        Mistake(
            "bound-shared-noise",
            "The images of the batch share their noise: it is far noisier than it should be.",
            (_shared_noise,),
            when=noise_is_shared,
        ),
        Mistake(
            "bound-same-every-call",
            "Every call gives the same number, though z is random: a generator is made, or seeded, inside "
            "the function, or nothing is drawn. Draw from the one that is handed in.",
            (lambda gen, rec, data, rng: vae_lower_bound(gen, rec, data, np.random.default_rng(0)),),
            when=lambda r: terms_are_right(r) and r["noise"] < 1e-6,
        ),
        Mistake(
            "bound-not-from-q",
            "z is random, but it is no sample of q(z | x): its mean or its spread is another. The encoder's "
            "output holds the means of q and the *logarithms* of its standard deviations.",
            (
                _own_z(lambda s: 1, mean=0),
                _own_z(lambda s: np.exp(2 * s)),
                _own_z(lambda s: np.exp(s / 2)),
                _own_z(lambda s: 1),
            ),
            when=z_is_not_from_q,
        ),
        fresh_generator("bound-fresh-generator", vae_lower_bound),
    ),
)
