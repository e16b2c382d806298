"""Training, chapter 7's loop: of a VAE (`train`) and of an autoencoder (`train_autoencoder`).

`settings` is what a run is asked to do, `epochs` the loop, `checkpoints` what it goes on from after a crash,
`recording` what one looks like on the way.
"""

from vaecore.training.autoencoders import AutoencoderResult, autoencoder_loss, train_autoencoder
from vaecore.training.checkpoints import TrainingState, read_checkpoint, write_checkpoint
from vaecore.training.epochs import History
from vaecore.training.recording import Moment, Recording
from vaecore.training.schedules import SCHEDULES, WARM_UP, constant, cosine
from vaecore.training.settings import Settings, fingerprint
from vaecore.training.vae import TrainingResult, train

__all__ = [
    "SCHEDULES",
    "WARM_UP",
    "AutoencoderResult",
    "History",
    "Moment",
    "Recording",
    "Settings",
    "TrainingResult",
    "TrainingState",
    "autoencoder_loss",
    "constant",
    "cosine",
    "fingerprint",
    "read_checkpoint",
    "train",
    "train_autoencoder",
    "write_checkpoint",
]
