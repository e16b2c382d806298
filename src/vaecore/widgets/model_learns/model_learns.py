"""A model learns: recordings of trainings, moved through side by side, from random to trained."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets

from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.plots import CLASS_COLOURS, image_grid
from vaecore.training.recording import Moment, Recording
from vaecore.widgets.parts.packing import SIDE, class_labels, pack, pack_grey, pack_steps
from vaecore.widgets.parts.prediction import AsksFirst
from vaecore.widgets.parts.state import Index, InvalidStateError

LEVELS = 15  # of grey, besides white
MOST_RECORDINGS, MOST_MOMENTS = 3, 60
KINDS = ("samples", "reconstructions", "row")


class ModelLearns(AsksFirst):
    """One to three recordings of trainings, which the reader moves through with one slider, or plays.

    At each moment: 25 or so samples from the prior, reconstructions of digits, the row from one digit to
    another, the map of the codes where the latent space is a plane, and the two terms of the bound over time.
    What a recording does not hold is left out.

    recordings: {title: vaecore.training.Recording}, or one Recording; all with the same moments.
    counted: what `at` counts, "epoch" for example.  prediction: as in `FitQ`.
    `train(..., on_epoch=figure.on_epoch)` records into the first one and shows it while it grows.

    moment (an index of the recorded moments; at first the last one, or the first one where there is a
    question), playing and expected can be read, set, observed and linked.
    Raises InvalidInputError for recordings that do not fit together, or have more than 60 moments.
    """

    script = "model_learns"

    recordings = traitlets.List().tag(sync=True, book=True, shared="whole")
    ends = traitlets.List().tag(sync=True, book=True)
    titles = traitlets.List().tag(sync=True, book=True)
    at = traitlets.List().tag(sync=True, book=True)
    counted = traitlets.Unicode("epoch").tag(sync=True, book=True)
    colours = traitlets.List(list(CLASS_COLOURS)).tag(sync=True, book=True)
    moment = Index(0).tag(sync=True, book=True)
    playing = traitlets.Bool(False).tag(sync=True, book=True)

    def __init__(self, recordings: Recording | Mapping[str, Recording], **state: Any) -> None:
        several = {"": recordings} if isinstance(recordings, Recording) else recordings
        if not isinstance(several, Mapping) or not 1 <= len(several) <= MOST_RECORDINGS:
            raise InvalidInputError(
                f"recordings is of type {type(recordings).__name__}, expected a vaecore.training.Recording, "
                f"or a dictionary of one to {MOST_RECORDINGS} of them"
            )
        for title, recording in several.items():
            if not isinstance(recording, Recording) or recording.digits.shape[1] != SIDE * SIDE:
                raise InvalidInputError(f"{title!r} is no recording of a model of {SIDE} x {SIDE} pixels")
            class_labels(recording.labels, len(recording.digits), "labels")
        self._recordings = dict(several)
        packed = self._packed()
        first = 0 if state.get("prediction") else max(0, len(packed["at"]) - 1)  # the last gives it away
        state = {"moment": first, **state}
        super().__init__(titles=list(several), **packed, **state)

    def on_epoch(self, history: dict[str, list[float]], result: Any) -> None:
        """Record the model of a training that goes on, and show it: for `train(..., on_epoch=...)`."""
        first = next(iter(self._recordings.values()))
        first(history, result)
        following = self.moment >= len(self.at) - 1
        with self.hold_trait_notifications():
            for name, value in self._packed().items():
                setattr(self, name, value)
            if following:
                self.moment = len(self.at) - 1

    def _packed(self) -> dict[str, Any]:
        moments = [recording.moments for recording in self._recordings.values()]
        at = [[moment.at for moment in some] for some in moments]
        if any(other != at[0] for other in at) or len(at[0]) > MOST_MOMENTS:
            raise InvalidInputError(
                f"the recordings have {', '.join(str(len(some)) for some in at)} moments, expected the same "
                f"ones in all of them, and at most {MOST_MOMENTS}"
            )
        return {
            "at": at[0],
            "recordings": [_pack_film(some) for some in moments],
            "ends": [_pack_fixed(one) | _pack_film(_ends(one)) for one in self._recordings.values()],
        }

    @traitlets.validate("moment")
    def _valid_moment(self, proposal: dict) -> int:
        if proposal["value"] > max(0, len(self.at) - 1):
            raise InvalidStateError(f"moment is {proposal['value']}, expected 0 to {len(self.at) - 1}")
        return proposal["value"]

    @property
    def numbers(self) -> list[dict[str, float]]:
        """What the figure shows at this moment, one dictionary a recording.

        at; likelihood, kl and bound in nats; alive, how many latent dimensions cost 0.01 nats or more.
        """
        names = "at", "likelihood", "kl", "bound", "alive"
        now = [recording.moments[self.moment] for recording in self._recordings.values()]
        return [{name: getattr(moment, name) for name in names} for moment in now]

    @property
    def sentence(self) -> str:
        if not self.at:
            return "Nothing is recorded yet."
        ends = f"{self.at[0]:g}, above, and {self.at[-1]:g}, below"
        return f"Samples and reconstructions at {self.counted} {ends}."

    def fallback(self) -> np.ndarray:
        moments = [recording.moments for recording in self._recordings.values() if recording.moments]
        if not moments:
            return np.zeros((SIDE, SIDE))
        rows = [_all_pictures(some[i])[:10] for i in (0, -1) for some in moments]
        return image_grid(np.concatenate(rows), columns=len(rows[0]))

    def __repr__(self) -> str:
        return f"ModelLearns({len(self.titles)} recordings, {len(self.at)} moments)"


def _ends(recording: Recording) -> list[Moment]:
    """The first moment and the last, which are there before the film is."""
    return recording.moments[:1] + recording.moments[-1:]


def _all_pictures(moment: Moment) -> np.ndarray:
    return np.concatenate([getattr(moment, kind) for kind in KINDS])


def _pack_pictures(moments: list[Moment]) -> dict[str, Any] | None:
    """Return the pictures of some moments in 16 levels of grey, each less the moment's before, as text.

    Most pixels stay as they are from one moment to the next, and such text compresses well.
    """
    if not moments:
        return None
    levels = np.array([np.rint(_all_pictures(moment) * LEVELS) for moment in moments], np.float32)
    changes = np.diff(levels, axis=0, prepend=np.zeros_like(levels[:1]))
    packed = pack_steps(changes)
    assert packed is not None, "differences of 16 levels are small multiples of 1"
    return packed


def _pack_film(moments: list[Moment]) -> dict[str, Any]:
    """Return all moments' pictures and codes, as JavaScript reads them."""
    codes = None
    if moments and moments[0].codes is not None:
        codes = pack(np.array([moment.codes for moment in moments], np.float16))
    return {"pictures": _pack_pictures(moments), "codes": codes}


def _pack_fixed(recording: Recording) -> dict[str, Any]:
    """Return what the figure has from the beginning: sizes, originals, the terms."""
    moments = recording.moments
    last = moments[-1] if moments else None
    return {
        "counts": [len(getattr(last, kind)) if last else 0 for kind in KINDS],
        "originals": pack_grey(recording.digits[: recording.reconstructions]),
        "labels": pack(np.asarray(recording.labels, np.uint8)),
        "likelihood": [moment.likelihood for moment in moments],
        "kl": [moment.kl for moment in moments],
        "alive": [moment.alive for moment in moments],
    }
