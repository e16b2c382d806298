"""The console command `vaecore`: train a VAE and draw the lab's pictures, or see to the data."""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from vaecore.files.data import (
    binarise,
    describe_data,
    fetch_mnist,
    lab_digits,
    load_mnist,
    without_sample_held_out,
)
from vaecore.files.storage import write_atomically
from vaecore.foundations import validation
from vaecore.foundations.console import say
from vaecore.foundations.errors import CheckpointError, VaecoreError
from vaecore.foundations.plots import plot_history
from vaecore.generation import interpolate, prior_samples, reconstruct, save_images
from vaecore.grading.commands import add_grade, add_report
from vaecore.log_likelihood import estimate_log_likelihood, integrate_log_likelihood
from vaecore.training.checkpoints import began_with
from vaecore.training.schedules import SCHEDULES
from vaecore.training.settings import Settings
from vaecore.training.vae import TrainingResult, train
from vaecore.vae import SHIPPED, VAE

MODEL, CHECKPOINT, HISTORY = "model.npz", "checkpoint.npz", "history.json"
WRITTEN = (CHECKPOINT, "curve.png", HISTORY, MODEL, "task_3_1.png", "task_3_2.png", "task_3_3.png")


# What `train` and `load_mnist` call their arguments, and the command its options.
_OPTIONS = {
    "hidden_sizes": "--hidden", "latent_size": "--latent", "batch_size": "--batch", "learning_rate": "--rate",
    "averaging": "--average", "kl_warm_up": "--kl-warm-up", "num_samples": "--samples",
    "importance_weighted": "--importance-weighted", "sampled_gradient": "--sampled-gradient",
    "free_bits": "--free-bits", "checkpoint_every": "--checkpoint-every",
}  # fmt: skip
_ALSO_WORDS = "epochs|beta|start|schedule"  # of plain English too: an option only where a value follows
_PHRASES = {
    "=True": "", 'source="sample"': "--data sample", "(folder=... or VAECORE_DATA)": "(VAECORE_DATA)",
    "neither by folder=... nor by VAECORE_DATA": "and unset VAECORE_DATA",
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, or 1 after an error that was said in one line, or 130 after Ctrl-C."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except VaecoreError as error:
        print(f"vaecore: error: {in_options(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("vaecore: interrupted", file=sys.stderr)
        return 130


def in_options(message: str) -> str:
    """Return the message of an error with the command's options in place of Python's arguments."""
    for phrase, words in _PHRASES.items():
        message = message.replace(phrase, words)
    message = re.sub(r"\bhidden_sizes\[(\d+)\]", lambda n: f"width {int(n[1]) + 1} of --hidden", message)
    message = re.sub(rf"(?<![\w/.'-])({'|'.join(_OPTIONS)})\b", lambda name: _OPTIONS[name[1]], message)
    return re.sub(rf"(?<![\w-])({_ALSO_WORDS}) (is|was) ", r"--\1 \2 ", message)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vaecore",
        description="Train a variational autoencoder on MNIST, fetch the data set, or grade hand-ins.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="{train,data,grade,report}")

    show_defaults = argparse.ArgumentDefaultsHelpFormatter
    trainer = commands.add_parser(
        "train",
        help="train a VAE; writes the model, its history and the pictures of the lab's tasks",
        description="Train a VAE on MNIST. The output folder gets the model (model.npz, for VAE.load), "
        "what is needed to go on after a crash (checkpoint.npz), the bound of every epoch (history.json, "
        "curve.png), and the pictures of tasks 3.1 to 3.3.",
        formatter_class=show_defaults,
    )
    trainer.add_argument("--data", choices=("auto", "mnist", "sample"), default="auto",
                         help="mnist: 60,000 digits; sample: the 5,000 that come with the package; "
                         "auto: mnist if it can be had, else the sample")  # fmt: skip
    trainer.add_argument("--hidden", type=int, nargs="+", default=[200, 200], metavar="WIDTH",
                         help="widths of the encoder's hidden layers; the decoder mirrors them")  # fmt: skip
    trainer.add_argument("--latent", type=int, default=50, metavar="L", help="number of latent dimensions")
    trainer.add_argument("--batch", type=int, default=100, metavar="B", help="digits in a minibatch")
    trainer.add_argument("--epochs", type=int, default=10, help="how often to go through all the digits")
    trainer.add_argument("--rate", type=float, default=0.001, help="ADAM's learning rate")
    trainer.add_argument("--schedule", choices=tuple(SCHEDULES), default="constant",
                         help="course of the rate; cosine: a short warm-up, then down to 0")  # fmt: skip
    trainer.add_argument("--average", type=float, default=0.0, metavar="DECAY",
                         help="running average of the weights, for example 0.999; 0: none")  # fmt: skip
    trainer.add_argument("--beta", type=float, default=1.0, help="the KL's weight in the bound")
    trainer.add_argument("--kl-warm-up", type=int, default=0, metavar="EPOCHS",
                         help="epochs in which the KL's weight rises; keeps dimensions in use")  # fmt: skip
    trainer.add_argument("--free-bits", type=float, default=0.0, metavar="NATS",
                         help="what each latent dimension may cost before the KL counts")  # fmt: skip
    trainer.add_argument("--samples", type=int, default=1, metavar="K", help="samples of z per digit")
    trainer.add_argument("--importance-weighted", action="store_true",
                         help="maximise the importance-weighted bound of the K samples")  # fmt: skip
    trainer.add_argument("--sampled-gradient", action="store_true",
                         help="of which only one, drawn by its weight, goes backward")  # fmt: skip
    trainer.add_argument("--start", metavar="MODEL",
                         help="model to begin with: a file (model.npz), or a shipped one's name")  # fmt: skip
    trainer.add_argument("--seed", type=int, default=0, help="seed of everything random")
    trainer.add_argument("--out", type=Path, default=Path("vae-run"), metavar="FOLDER", help="output folder")
    trainer.add_argument("--resume", action="store_true", help="go on from the output folder's checkpoint")
    trainer.add_argument("--checkpoint-every", type=int, default=1, metavar="EPOCHS",
                         help="epochs between checkpoints")  # fmt: skip
    trainer.add_argument("--keep-out-sample", action="store_true",
                         help="do not train on the 500 digits that the sample holds out")  # fmt: skip
    trainer.add_argument("--likelihood", type=int, default=0, metavar="N",
                         help="at the end, estimate log p(x) of N held-out digits "
                         "(5,000 samples each; slow)")  # fmt: skip
    trainer.set_defaults(run=_train)

    data = commands.add_parser(
        "data",
        help="fetch MNIST, verify it, and say where the files are",
        description="Fetch the full MNIST (11 MB) unless it is at hand, verify it, and say where "
        "the files are.",
    )
    data.add_argument("--no-fetch", action="store_true", help="only look, download nothing")
    data.set_defaults(run=_data)
    add_grade(commands)
    add_report(commands)
    return parser


def _data(options: argparse.Namespace) -> int:
    if not options.no_fetch:
        fetch_mnist()
    say(describe_data())
    return 0


def _train(options: argparse.Namespace) -> int:
    out: Path = options.out
    validation.whole_number(options.seed, "--seed", at_least=0)
    validation.whole_number(options.likelihood, "--likelihood", at_least=0)
    if (out / CHECKPOINT).exists() and not options.resume:
        raise CheckpointError(
            f"{out / CHECKPOINT} exists: add --resume to go on from it, or name another folder with --out"
        )
    in_the_way = [name for name in WRITTEN if (out / name).exists()]
    if in_the_way and not (out / CHECKPOINT).exists():
        raise CheckpointError(
            f"{out} holds {', '.join(in_the_way)}, which would be overwritten, and no {CHECKPOINT} to go on "
            "from: name another folder with --out, or move what is there elsewhere"
        )
    if options.resume and (out / CHECKPOINT).exists():
        if not began_with(out / CHECKPOINT, np.random.default_rng(options.seed)):
            raise CheckpointError(
                f"the run in {out} did not begin with --seed {options.seed}: to go on, give the seed that it "
                "began with (the checkpoint holds its random numbers); for another run name another --out"
            )
    start = None if options.start is None else _first_model(options.start)
    settings = {
        "hidden_sizes": options.hidden, "latent_size": options.latent, "epochs": options.epochs,
        "batch_size": options.batch, "learning_rate": options.rate, "schedule": options.schedule,
        "averaging": options.average, "beta": options.beta, "kl_warm_up": options.kl_warm_up,
        "num_samples": options.samples, "importance_weighted": options.importance_weighted,
        "sampled_gradient": options.sampled_gradient, "free_bits": options.free_bits,
    }  # fmt: skip
    # Refused before anything is loaded or said; whether the batch is too large depends on the digits.
    Settings.of(np.zeros((1, 784), np.float32), None, start, binarised=True, **settings)
    validation.whole_number(options.checkpoint_every, "checkpoint_every")
    dataset = load_mnist(options.data)
    if options.keep_out_sample:
        dataset = without_sample_held_out(dataset)
    announcement = f"Training on {len(dataset.train_images):,} digits, {_count(options.epochs, 'epoch')}."
    if options.resume and not (out / CHECKPOINT).exists():
        announcement += f" There is no {CHECKPOINT} in {out} yet: this is the beginning."
    with _folder(out):
        result = train(
            dataset.train_images,
            np.random.default_rng(options.seed),
            held_out=dataset.test_images,
            **settings,
            start=start,
            checkpoint=out / CHECKPOINT,
            checkpoint_every=options.checkpoint_every,
            resume=options.resume,
            on_start=lambda: say(announcement),
            # After every epoch, so that a long run can be watched.
            on_epoch=lambda history: _save_history(out, history),
        )
    if result.history["epoch"]:
        _save_history(out, result.history)  # Ctrl-C may have come between an epoch's checkpoint and this
    result.vae.save(out / MODEL)
    _save_pictures(out, result, lab_digits(dataset)[0], np.random.default_rng(options.seed))
    if result.history["epoch"]:
        say(f"Bound of held-out digits: {result.history['held_out_bound'][-1]:.2f} nats.")
    if result.interrupted:
        say(f"{_how_to_go_on(out, result)} The model so far is in {out / MODEL}.")
        return 130
    if options.likelihood:
        rng = np.random.default_rng(options.seed)
        images = binarise(dataset.test_images[: options.likelihood], rng)
        if result.vae.latent_size <= 2:
            log_likelihood = integrate_log_likelihood(result.vae, images)
        else:
            log_likelihood = estimate_log_likelihood(result.vae, images, rng)
        say(f"-log p(x): {-log_likelihood.mean():.2f} nats, mean of {_count(len(images), 'held-out digit')}.")
    say(f"Written to {out}: {', '.join(WRITTEN)}")
    return 0


@contextmanager
def _folder(out: Path) -> Iterator[None]:
    """Make the output folder; where the run ends with an error, take away those that it has left empty."""
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CheckpointError(f"could not make the folder {out}: {error.strerror}") from error
        yield
    except BaseException:
        with suppress(OSError):  # it holds something
            for folder in made:
                folder.rmdir()
        raise


def _how_to_go_on(out: Path, result: TrainingResult) -> str:
    """What is true of --resume after Ctrl-C."""
    if result.resumable:
        return "Go on with the same command and --resume."
    if (out / CHECKPOINT).exists():
        return f"The same command with --resume goes on from an earlier epoch, the last one in {CHECKPOINT}."
    return "The run cannot go on from here; a new one can begin with this model (--start, another --out)."


def _first_model(name: str) -> VAE:
    """Return the model that --start names: shipped, or a file.  Raises CheckpointError if it is neither."""
    if name in SHIPPED:
        return VAE.load_shipped(name)
    if not Path(name).exists():
        raise CheckpointError(
            f"--start is {name!r}: there is no such file, and no VAE of this name comes with the package; "
            f"there are {', '.join(SHIPPED)}"
        )
    return VAE.load(name)


def _save_history(out: Path, history: dict[str, list[float]]) -> None:
    write_atomically(out / HISTORY, json.dumps(history, indent=1).encode())


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _save_pictures(out: Path, result: TrainingResult, digits: np.ndarray, rng: np.random.Generator) -> None:
    """Write the pictures of tasks 3.1, 3.2 and 3.3 and, after at least one whole epoch, the curve."""
    vae: VAE = result.vae
    save_images(prior_samples(vae, 25, rng), out / "task_3_1.png")
    save_images(np.concatenate([digits, reconstruct(vae, digits, rng)]), out / "task_3_2.png")
    strips = [interpolate(vae, digits[i], digits[i + 1]) for i in range(0, len(digits), 2)]
    save_images(np.concatenate(strips), out / "task_3_3.png", columns=len(strips[0]))
    if result.history["epoch"]:
        import io

        from matplotlib.figure import Figure  # without pyplot, which would look for a screen

        figure = Figure(figsize=(6, 3.4), layout="constrained")
        plot_history(result.history, figure.subplots())
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=150)
        write_atomically(out / "curve.png", buffer.getvalue())


if __name__ == "__main__":
    sys.exit(main())
