"""Train the models that come with the package, measure them, and write src/vaecore/shipped/.

    VAECORE_DATA=FOLDER make checkpoints                    # all of them, hours on one core
    python -m tools.models.make_checkpoints map             # one of them
    python -m tools.models.make_checkpoints --from-shipped  # train nothing: round and measure what is shipped

Each VAE is trained by the command `vaecore train`, as checkpoint_recipes.py says.  An interrupted run
goes on where it stopped when the script is started again: training from its last checkpoint, the
estimate of log p(x) from its last block of images.

The decoder travels to every reader of a page with a widget.  So its weights and biases are rounded, layer by
layer, to multiples of the powers of two in STEPS: few different numbers compress well.  Then everything
is stored as float16, which holds these multiples exactly; the encoder is rounded by that alone.

What is measured, on MNIST's 10,000 test images, each made binary once by the generator seeded 0:
the bound with the weights as trained and as shipped (rounded), and -log p(x); and the bound as shipped on
the sample's 500 held-out digits, which anybody can repeat without the full MNIST.  With two latents
log p(x) is an integral over a grid.  With more it comes from 5,000 samples: for the family of the proposal
that covers what q misses; for "lab" and "iwae" of q alone, as in the paper whose numbers stand beside theirs.

Autoencoders, which take minutes, are trained by `train_autoencoder` with the arguments of AUTOENCODERS, on
the grey pixels, and kept in the work folder until their recipe changes.  What is measured of them is the
cross-entropy of the grey test images.  "kl_only", which shows what the KL divergence alone leads to, is
trained in a minute by train_kl_only.py.
"""

import argparse
import datetime
import hashlib
import json
from pathlib import Path

import numpy as np
from tqdm import tqdm

from tools.models import train_kl_only
from tools.models.checkpoint_recipes import RECIPES, train
from tools.models.shipped_readme import write_readme
from vaecore import (
    VAE,
    Autoencoder,
    binarise,
    estimate_log_likelihood,
    integrate_log_likelihood,
    load_mnist,
    neural_net_predict,
    train_autoencoder,
    vae_lower_bound,
    without_sample_held_out,
)
from vaecore.autoencoders import cross_entropy
from vaecore.beta_vae import rate_and_distortion
from vaecore.files.storage import read_archive, write_archive, write_atomically
from vaecore.foundations.networks import rounded_to

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "src" / "vaecore" / "shipped"
WORK = ROOT / "build" / "checkpoints"

STEPS = (2**-8, 2**-9, 2**-7)  # of the decoder's three layers; together they cost 0.02 nats
AUTOENCODERS = {
    "autoencoder": {
        "seed": 3, "hidden_sizes": [200, 200], "latent_size": 2,
        "epochs": 150, "batch_size": 100, "learning_rate": 0.002, "schedule": "cosine",
    },
}  # fmt: skip
NUM_SAMPLES, BLOCK = 5000, 250
FAMILY_IMAGES = 1000  # of the test images, for the family's log p(x): all of them would take hours


def round_decoder(vae: VAE) -> VAE:
    """The same VAE with its decoder rounded."""
    return VAE(rounded_to(vae.gen_params, STEPS), vae.rec_params)


def mean_bound(vae: VAE, images: np.ndarray) -> float:
    """The bound in nats, with the same noise at every call."""
    rng = np.random.default_rng(0)
    blocks = [images[i : i + 500] for i in range(0, len(images), 500)]
    return float(np.mean([vae_lower_bound(vae.gen_params, vae.rec_params, block, rng) for block in blocks]))


def how_measured(vae: VAE) -> str:
    """How a model's log p(x) is computed: by an integral, or with which proposal."""
    return {2: "integral", 10: "covering"}.get(vae.latent_size, "q")


def log_likelihood(name: str, vae: VAE, images: np.ndarray) -> np.ndarray:
    """log p(x) of each image; every block of images has its own seed and is saved when it is done."""
    if (how := how_measured(vae)) == "integral":
        return integrate_log_likelihood(vae, images, spacing=0.04)
    path = WORK / name / "log_likelihood.npz"
    done, meta = read_archive(path, "log-likelihood") if path.exists() else ({}, {})
    model = hashlib.sha256((SHIPPED / f"{name}.npz").read_bytes()).hexdigest()
    if (meta.get("model"), meta.get("proposal")) != (model, how):
        done = {}  # what is there was measured on other weights, or in another way
    for start in tqdm(range(0, len(images), BLOCK), desc=f"log p(x) of {name}", unit="block"):
        if f"from_{start}" not in done:
            rng = np.random.default_rng([0, start])
            block = images[start : start + BLOCK]
            done[f"from_{start}"] = estimate_log_likelihood(vae, block, rng, NUM_SAMPLES, proposal=how)
            write_archive(path, "log-likelihood", done, {"model": model, "proposal": how})
    return np.concatenate([done[f"from_{start}"] for start in range(0, len(images), BLOCK)])


def ship(name: str) -> None:
    """Train, round, store small, measure; keep the figures in shipped/checkpoints.json."""
    trained = train(name, WORK)
    round_decoder(trained.vae).save(SHIPPED / f"{name}.npz", dtype=np.float16)
    images = binarise(load_mnist("mnist").test_images, np.random.default_rng(0))
    note(
        name,
        network=repr(trained.vae),
        trained_on="MNIST's training images without the sample's 500 held-out digits: 59,500",
        command=" && ".join(trained.commands),
        date=datetime.date.today().isoformat(),
        epochs=sum(trained.epochs),
        minutes=trained.minutes,
        bound_as_trained=mean_bound(trained.vae, images),
    )
    measure(name)


def ship_again(name: str) -> None:
    """Round and measure the shipped model where the trained one is not at hand; its history stays."""
    round_decoder(VAE.load_shipped(name)).save(SHIPPED / f"{name}.npz", dtype=np.float16)
    measure(name)


def measure(name: str) -> None:
    """Measure the model as shipped."""
    shipped = VAE.load_shipped(name)
    how = how_measured(shipped)
    images = binarise(load_mnist("mnist").test_images, np.random.default_rng(0))
    sample = binarise(load_mnist("sample").test_images, np.random.default_rng(0))
    log_p = log_likelihood(name, shipped, images[: FAMILY_IMAGES if name.startswith("beta-") else None])
    rate, distortion = rate_and_distortion(shipped, images, np.random.default_rng(0))
    note(
        name,
        bound_as_shipped=mean_bound(shipped, images),
        bound_on_sample=mean_bound(shipped, sample),
        minus_log_p=-float(log_p.mean()),
        minus_log_p_standard_error=float(log_p.std() / np.sqrt(len(log_p))),
        rate=rate,
        distortion=distortion,
        log_p_by=how,
        num_samples=None if how == "integral" else NUM_SAMPLES,
        likelihood_images=len(log_p),
        test_images=len(images),
        decoder_steps=list(STEPS),
        bytes=(SHIPPED / f"{name}.npz").stat().st_size,
    )


def note(name: str, **facts: object) -> None:
    """Write what is known of a model now into shipped/checkpoints.json, beside what was known before."""
    path = SHIPPED / "checkpoints.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known[name] = {**known.get(name, {}), **facts}
    write_atomically(path, (json.dumps(known, indent=1, sort_keys=True) + "\n").encode())
    print(json.dumps(facts, indent=1), flush=True)


def trained_autoencoder(name: str) -> Autoencoder:
    """Return the model of the work folder if it comes from this recipe; else train it."""
    path, recipe_path, recipe = WORK / name / "model.npz", WORK / name / "recipe.json", AUTOENCODERS[name]
    if path.exists() and recipe_path.exists() and json.loads(recipe_path.read_text()) == recipe:
        return Autoencoder.load(path)
    images = without_sample_held_out(load_mnist("mnist")).train_images
    settings = {**recipe}
    rng = np.random.default_rng(settings.pop("seed"))
    result = train_autoencoder(images, rng, **settings)
    if result.interrupted:
        raise SystemExit(f"interrupted: {name} was not kept")
    result.autoencoder.save(path)
    write_atomically(recipe_path, json.dumps(recipe).encode())
    return result.autoencoder


def mean_cross_entropy(model: Autoencoder, images: np.ndarray) -> float:
    """The error of reconstruction in nats, the mean over grey images."""
    logits = neural_net_predict(model.decoder_params, model.encode(images))
    return float(np.mean(cross_entropy(images, logits), dtype=np.float64))


def ship_autoencoder(name: str) -> None:
    """Train, round, store small, measure."""
    trained = trained_autoencoder(name)
    small = Autoencoder(trained.encoder_params, rounded_to(trained.decoder_params, STEPS))
    small.save(SHIPPED / f"{name}.npz", dtype=np.float16)
    shipped = Autoencoder.load_shipped(name)
    images, sample = load_mnist("mnist").test_images, load_mnist("sample").test_images
    settings = " ".join(f"{key}={value!r}" for key, value in AUTOENCODERS[name].items())
    note(
        name,
        network=repr(shipped),
        trained_on="MNIST's training images without the sample's 500 held-out digits: 59,500",
        command=f"python -m tools.models.make_checkpoints {name}  # train_autoencoder, {settings}",
        date=datetime.date.today().isoformat(),
        epochs=AUTOENCODERS[name]["epochs"],
        cross_entropy_as_trained=mean_cross_entropy(trained, images),
        cross_entropy_as_shipped=mean_cross_entropy(shipped, images),
        cross_entropy_on_sample=mean_cross_entropy(shipped, sample),
        decoder_steps=list(STEPS),
        test_images=len(images),
        bytes=(SHIPPED / f"{name}.npz").stat().st_size,
    )


def ship_kl_only() -> None:
    """Train, store small, and measure how far the encoder has collapsed."""
    images = without_sample_held_out(load_mnist("mnist")).train_images
    round_decoder(train_kl_only.train_on_the_kl_alone(images)).save(SHIPPED / "kl_only.npz", dtype=np.float16)
    shipped = VAE.load_shipped("kl_only")
    test_images = binarise(load_mnist("mnist").test_images, np.random.default_rng(0))
    note(
        "kl_only",
        network=repr(shipped),
        trained_on="MNIST's training images without the sample's 500 held-out digits: 59,500",
        command="python -m tools.models.make_checkpoints kl_only",
        date=datetime.date.today().isoformat(),
        epochs=train_kl_only.EPOCHS,
        **train_kl_only.collapse(shipped, test_images),
        bound_as_shipped=mean_bound(shipped, test_images),
        test_images=len(test_images),
        decoder_steps=list(STEPS),
        bytes=(SHIPPED / "kl_only.npz").stat().st_size,
    )


def main() -> None:
    every = [*RECIPES, *AUTOENCODERS, "kl_only"]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"which models (default: {' '.join(every)})")
    parser.add_argument(
        "--readme-only", action="store_true", help="write the README's table anew, train nothing"
    )
    parser.add_argument(
        "--from-shipped", action="store_true", help="train nothing: round and measure the shipped models"
    )
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(every):
        parser.error(f"no such model: {', '.join(sorted(unknown))}; there are {', '.join(every)}")
    if not arguments.readme_only:
        for name in arguments.names or (RECIPES if arguments.from_shipped else every):
            (WORK / name).mkdir(parents=True, exist_ok=True)
            if name == "kl_only":
                ship_kl_only()
            elif name in AUTOENCODERS:
                ship_autoencoder(name)
            else:
                (ship_again if arguments.from_shipped else ship)(name)
    write_readme(SHIPPED)


if __name__ == "__main__":
    main()
