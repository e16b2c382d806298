"""Exercise of chapter 7: ten digits and what becomes of them (L-32, the lab's task 3.2)."""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.repeated_calls import DRAW_FROM, REPEATABLE, fresh_generator, is_repeatable
from vaecore.exercises.mnist_lab.decoded_noise import (
    DRAWN,
    LATENTS,
    LOG_STD,
    LOGITS,
    OTHER_VAES,
    PIXELS,
    SMALL_VAE,
    has_shape,
    in_words,
    is_a,
    is_shared_by,
    is_standard_normal,
    read,
)
from vaecore.foundations.networks import neural_net_predict

TEN = 10


def ten_reconstructions(vae, test_images, rng):
    images = test_images[:10]
    # [answer]
    mean, log_std = vae.encode(images)
    z = mean + np.exp(log_std) * rng.standard_normal(mean.shape)
    return np.concatenate([images, vae.decode(z)])
    # [end]


CALLS = 400
_IMAGES = np.random.default_rng(10).random((TEN + 4, PIXELS)).round(2)  # grey: whoever rounds them is seen
_TEN_ALIKE, _GREY = np.ones((TEN, 1)), np.random.default_rng(11).random((25, 8)).round(2)
_OTHERS = dict(zip(OTHER_VAES, (_TEN_ALIKE, _GREY), strict=True))
_MEAN = SMALL_VAE.encode(_IMAGES[:TEN])[0]
_OTHER = SMALL_VAE.encode(_IMAGES[-TEN:])[0]
ROWS = f"{len(_IMAGES)} test images with {PIXELS} pixels"


def _measure(answer):
    calls = []
    for _ in range(CALLS):
        seen = answer(SMALL_VAE, _IMAGES)
        if isinstance(seen, Trouble) or seen.size != 2 * TEN * PIXELS or seen.shape[-1] != PIXELS:
            return {ROWS: seen}
        calls.append(seen.reshape(2 * TEN, PIXELS))  # (20, D), or two rows of ten
    for label, images in _OTHERS.items():
        seen = answer(OTHER_VAES[label], images)
        if isinstance(seen, Trouble) or seen.size != 2 * TEN * images.shape[1]:
            return {label: seen}
    both = np.stack(calls)
    first, second = both[:, :TEN], both[:, TEN:]
    readings = read(second, lambda z: (z - _MEAN) / np.exp(LOG_STD))
    if "z" in readings:
        spread = readings["z"] - readings["z"].mean(axis=(0, 1))
        centred = _MEAN - _MEAN.mean(axis=0)
        readings["follows"] = float(np.sum(spread * centred) / np.sum(centred**2) / CALLS)
        readings["at"] = readings["z"].mean(axis=(0, 1))
    return readings | {
        REPEATABLE: is_repeatable(answer, SMALL_VAE, _IMAGES),
        "originals": all(np.allclose(x, _IMAGES[:TEN]) for x in first),
        "other images": all(np.allclose(x, y) for x in first for y in (_IMAGES[-TEN:],)),
        "swapped": bool(np.allclose(second, _IMAGES[:TEN])),
        "pairs": bool(np.allclose(both[:, ::2], _IMAGES[:TEN])),
    }


def _passes(r) -> bool:
    return bool("z" in r and r["originals"] and r[REPEATABLE] and is_standard_normal(r))


def _scale(wanted):
    """The spread of the samples, in units of std, is about `wanted`, and their means are those of q."""

    def when(r) -> bool:
        if "z" not in r or not np.allclose(r["spread"], wanted, rtol=0.07, atol=1e-3):
            return False
        return bool((np.abs(r["mean"]) < 0.3).all())

    return when


def _saw(r) -> str:
    if ROWS in r:
        return f"For {ROWS} it returned shape {np.shape(r[ROWS])}, expected {(2 * TEN, PIXELS)}."
    for label, images in _OTHERS.items():
        if label in r:
            expected = (2 * TEN, images.shape[1])
            seen = np.shape(r[label])
            return f"For {len(images)} images and {label} it returned shape {seen}, expected {expected}."
    where = "are" if r["originals"] else "are not"
    if "z" not in r:
        return (
            f"For {ROWS} the first ten rows {where} the first ten images (expected: they are), and the other "
            "ten are no pictures that this decoder makes of any z (expected: its probabilities as they are)."
        )
    return (
        f"Seen in {CALLS} calls with {ROWS}: the first ten rows {where} the first ten images (expected: "
        f"they are), and the z of the others spread around the means of q, in units of std, by "
        f"{in_words(r['spread'])} (expected 1 for each latent), the farthest {r['longest']:.2g} standard "
        "deviations away (expected about 4)."
    )


def _with(z_of, images_of=lambda images: images[:TEN]):
    """A wrong answer that decodes z_of(mean, log_std, rng)."""

    def wrong(vae, test_images, rng):
        images = images_of(test_images)
        return np.concatenate([images, vae.decode(z_of(*vae.encode(images), rng))])

    return wrong


def _sample(mean, log_std, rng):
    return mean + np.exp(log_std) * rng.standard_normal(mean.shape)


def _lower_row(change):
    """A wrong answer that does something to the ten reconstructions."""

    def wrong(vae, test_images, rng):
        both = ten_reconstructions(vae, test_images, rng)
        return np.concatenate([both[:TEN], change(both[TEN:], rng)])

    return wrong


def _through_logits(vae, test_images, rng):
    z = _sample(*vae.encode(test_images[:TEN]), rng)
    return np.concatenate([test_images[:TEN], neural_net_predict(vae.gen_params, z)])


L_32 = CodeExercise(
    id="L-32",
    chapter=7,
    title="Reconstructions (task 3.2)",
    question=(
        "Return 20 pictures, shape (20, D): the first ten test images, then their reconstructions, in the "
        "same order. A reconstruction is the decoder's probabilities of one sample of q(z | x). "
        "`vae.encode(images)` gives means and log stds, (10, L) each; `vae.decode(z)` the probabilities. "
        f"{DRAW_FROM}"
    ),
    hints=(
        "Three steps: encode the ten images, draw one z for each, decode.",
        "A sample is the mean plus std times noise, and the noise has the shape of the mean.",
        "np.concatenate([images, outputs]) puts ten rows under ten rows.",
    ),
    reason=(
        "Through a sample, not through the mean: the bound that was trained averages over q, so this is what "
        "the decoder was taught to cope with."
    ),
    see="See chapter 7, 'Task 3.2: reconstructions'.",
    solution=ten_reconstructions,
    measure=_measure,
    passes=_passes,
    tolerance="See decoded_noise.py: a right answer is refused three times in ten million at most.",
    saw=_saw,
    takes_rng=True,
    mistakes=(
        Mistake(
            "recon-originals-missing",
            "Only the reconstructions came back. Put the ten images above them, to compare.",
            (lambda vae, images, rng: ten_reconstructions(vae, images, rng)[TEN:],),
            when=has_shape(ROWS, lambda shape: shape == (TEN, PIXELS)),
        ),
        Mistake(
            "recon-all-images",
            "All test images were taken, not ten: test_images[:10].",
            (_with(_sample, lambda images: images),),
            when=has_shape(ROWS, lambda shape: shape == (2 * len(_IMAGES), PIXELS)),
        ),
        Mistake(
            "recon-not-decoded",
            "The latent vectors have not been decoded: they have no pixels yet.",
            (lambda vae, images, rng: _sample(*vae.encode(images[:TEN]), rng),),
            when=has_shape(ROWS, lambda shape: shape == (TEN, LATENTS)),
        ),
        Mistake(
            "recon-swapped",
            "The reconstructions stand above the images: first the ten images, then what became of them.",
            (lambda vae, images, rng: np.roll(ten_reconstructions(vae, images, rng), TEN, axis=0),),
            when=lambda r: r.get("swapped", False) and not r["originals"],
        ),
        Mistake(
            "recon-images-twice",
            "The ten images came back twice, unchanged. The second ten are what the decoder makes of "
            "their z.",
            (lambda vae, images, rng: np.concatenate([images[:TEN], images[:TEN]]),),
            when=lambda r: r.get("swapped", False) and r["originals"],
        ),
        Mistake(
            "recon-in-pairs",
            "Each image stands next to its reconstruction: first all ten images, then all ten outputs.",
            (
                lambda vae, images, rng: ten_reconstructions(vae, images, rng)
                .reshape(2, TEN, -1)
                .swapaxes(0, 1)
                .reshape(2 * TEN, -1),
            ),
            when=lambda r: r.get("pairs", False),
        ),
        Mistake(
            "recon-other-images",
            "These are ten images, but not the first ten.",
            (_with(_sample, lambda images: images[-TEN:]),),
            when=lambda r: r.get("other images", False),
        ),
        Mistake("recon-pixels-drawn", DRAWN, (
            _lower_row(lambda p, rng: (rng.random(p.shape) < p).astype(float)),
            _lower_row(lambda p, rng: np.round(p)),
        ), when=is_a("drawn")),
        Mistake("recon-logits", LOGITS, (_through_logits,), when=is_a("logits")),
        Mistake(
            "recon-mean-decoded",
            "The mean of q is decoded, not a sample of it: there is no noise, so every call gives the same "
            "pictures.",
            (_with(lambda m, s, rng: m),),
            when=_scale(np.zeros(LATENTS)),
        ),
        Mistake(
            "recon-from-prior",
            "These z do not depend on the images: they lie around 0, as those of the prior do. Draw them "
            "from q, around the means that the encoder gives.",
            (
                _with(lambda m, s, rng: rng.standard_normal(m.shape)),
                _with(lambda m, s, rng: np.exp(s) * rng.standard_normal(m.shape)),
            ),
            when=lambda r: "z" in r and (np.abs(r["at"]) < 0.5).all() and abs(r["follows"]) < 0.5,
        ),
        Mistake(
            "recon-shared-by-images",
            "All ten images get the same noise: draw as many rows as there are images.",
            (
                _with(lambda m, s, rng: m + np.exp(s) * rng.standard_normal(m.shape[1])),
                _with(lambda m, s, rng: m + np.exp(s) * rng.standard_normal()),
            ),
            when=lambda r: "z" in r and (is_shared_by(r, "rows") or is_shared_by(r, "rows", "latents")),
        ),
        Mistake(
            "recon-shared-by-latents",
            "There is one number of noise for each image: every latent dimension needs its own.",
            (_with(lambda m, s, rng: m + np.exp(s) * rng.standard_normal((len(m), 1))),),
            when=lambda r: "z" in r and is_shared_by(r, "latents"),
        ),
        Mistake(
            "recon-same-every-call",
            "Every call gives the same noise: a generator is made, or seeded, inside the function.",
            (_with(lambda m, s, rng: _sample(m, s, np.random.default_rng(32))),),
            when=lambda r: "z" in r and r["originals"] and is_shared_by(r, "calls"),
        ),
        Mistake(
            "recon-variance",
            "The noise is multiplied by the variance, exp(2 log std): multiply it by std.",
            (_with(lambda m, s, rng: m + np.exp(2 * s) * rng.standard_normal(m.shape)),),
            when=_scale(np.exp(LOG_STD)),
        ),
        Mistake(
            "recon-log-variance",
            "log std is read as log variance: exp(log std / 2) is too close to 1. std is exp(log std).",
            (_with(lambda m, s, rng: m + np.exp(s / 2) * rng.standard_normal(m.shape)),),
            when=_scale(np.exp(-LOG_STD / 2)),
        ),
        Mistake(
            "recon-log-std",
            "The noise is multiplied by log std itself; the exponential of it is std.",
            (_with(lambda m, s, rng: m + s * rng.standard_normal(m.shape)),),
            when=_scale(np.abs(LOG_STD) / np.exp(LOG_STD)),
        ),
        Mistake(
            "recon-std-left-out",
            "The noise is added as it is: multiply it by std.",
            (_with(lambda m, s, rng: m + rng.standard_normal(m.shape)),),
            when=_scale(np.exp(-LOG_STD)),
        ),
        fresh_generator("recon-fresh-generator", ten_reconstructions),
    ),
)  # fmt: skip
