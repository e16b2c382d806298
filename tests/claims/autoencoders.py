"""What chapter 1 says of its numbers."""

import numpy as np

from claims.registry import Names, says


def lost(names: Names, model) -> float:
    """The mean squared error of a passage through a model, on the held-out digits."""
    images = names["data"].test_images
    return float(names["squared_error"](images, model.decode(model.encode(images))).mean())


@says("Most pixels say nothing:")
def most_pixels_are_empty(names: Names) -> None:
    """Four fifths of all values; more than 100 pixels in every digit."""
    assert np.mean(names["images"] == 0) > 0.7 and names["always"].sum() > 100


@says("The error is PCA's.", "The plane is PCA's, up to what training has left undone.")
def training_finds_the_plane(names: Names) -> None:
    """The error to a thousandth, the plane to 3 degrees, where a random one is 60 degrees away."""
    images, pca = names["images"], names["pca"]
    error = names["squared_error"](images, pca.decode(pca.encode(images))).mean()
    assert abs(names["linear_error"] / error - 1) < 1e-3
    planes = names["weights"], names["random_plane"]
    trained, drawn = (np.degrees(names["principal_angles"](plane, names["W"])) for plane in planes)
    assert trained.max() < 3 and drawn.min() > 60


@says("they are neither of length 1 nor at right angles.")
def the_directions_are_others(names: Names) -> None:
    """Twice as long, and 5 degrees away from a right angle; measured were three times and 16."""
    assert (names["lengths"] > 2).all() and abs(names["between"] - 90) > 5


@says(
    "The right one shows where the outputs of the linear autoencoder lie on PCA's axes.",
    "The third shows the linear autoencoder's outputs in the coordinates of PCA, and looks like the first.",
)
def in_pcas_coordinates_it_is_pca(names: Names) -> None:
    """Less than a twentieth of the cloud's width away from it, for the mean digit."""
    codes = names["pca"].encode(names["data"].test_images)
    away = np.linalg.norm(names["through"] - codes, axis=1).mean()
    assert away < 0.05 * np.linalg.norm(codes, axis=1).mean()


@says("On digits that none of them has seen, a bent sheet does better than a flat one:")
def bent_is_better(names: Names) -> None:
    """By more than a quarter of the error."""
    flat = lost(names, names["pca"])
    assert abs(lost(names, names["linear"]) / flat - 1) < 0.01
    assert lost(names, names["autoencoder"]) < 0.75 * flat


def far(names: Names, z: np.ndarray, model: str) -> float:
    """The share of z that are farther than 5 usual distances from every digit's code."""
    codes = names["codes"][model]
    nearest = names["distances_between"](z, codes).min(axis=1)
    return float(np.mean(nearest > 5 * names["usual_distance"](codes)))


@says(
    "It hits one small patch of the map, where hardly any digit lies, and most of its shapes are not digits.",
    "Some of these are digits, and some are not digits at all.",
    "So its map has islands, and empty places between them.",
)
def the_autoencoder_has_gaps(names: Names) -> None:
    """Of 200 draws: 61%, 37% and, for the VAE, 7% are far from all digits; held are 45%, 25% and 15%."""
    patch = np.linalg.norm(names["codes"]["autoencoder"], axis=1) < 2
    assert patch.mean() < 0.05
    assert far(names, names["normal"], "autoencoder") > 0.45
    assert 0.25 < far(names, names["anywhere"], "autoencoder") < 0.75
    assert far(names, names["normal"], "VAE") < 0.15


@says("In the autoencoder's row the images in the middle are smudges that are no digit")
def the_worst_walk_crosses_a_gap(names: Names) -> None:
    """Twice as far from all digits as the VAE's walk; measured were 10.8 and 4.3 usual distances."""
    times = {}
    for name, z in names["walks"].items():
        codes = names["codes"][name]
        times[name] = names["distances_between"](z, codes).min(axis=1).max() / names["usual_distance"](codes)
    assert times["autoencoder"] > 2 * times["VAE"]


@says(
    "Far fewer units are active for any one digit.",
    "nearly as many units as before are active for *some* digit.",
    "That of the plain autoencoder lies far to the right; "
    "that of the sparse one lies well to the left of it.",
)
def sparse_is_few_at_a_time(names: Names) -> None:
    """At most 3/4 as many at a time (57% were measured), at least 4/5 as many in all (95%)."""
    plain, sparse = (names[name].encode(names["data"].test_images) > 0 for name in ("plain", "sparse"))
    assert sparse.sum(axis=1).mean() < 0.75 * plain.sum(axis=1).mean()
    assert plain.sum(axis=1).mean() > 40
    assert np.quantile(sparse.sum(axis=1), 0.9) < np.quantile(plain.sum(axis=1), 0.1)
    assert sparse.any(axis=0).sum() > 0.8 * plain.any(axis=0).sum()


@says(
    "then what the plain autoencoder makes of these, pale and blotchy",
    "It pays for that with whole digits, which it was never given as input.",
)
def denoising_mends(names: Names) -> None:
    """On damaged digits better by 5%, on whole ones worse by a quarter; measured were 14% and a half.

    Strokes are paler by a tenth at least; a fifth was measured.
    """
    images, damaged = names["data"].test_images, names["damaged"]
    errors = {
        (name, seen): names["squared_error"](images, names[name].decode(names[name].encode(x))).mean()
        for name in ("plain", "denoising") for seen, x in (("whole", images), ("damaged", damaged))
    }  # fmt: skip
    assert errors["denoising", "damaged"] < 0.95 * errors["plain", "damaged"]
    assert errors["denoising", "whole"] > 1.25 * errors["plain", "whole"]
    strokes = names["digits"] > 0.5
    by_plain, by_denoising = (mended[strokes].mean() for mended in names["mended"])
    assert by_plain < 0.9 * by_denoising


@says("The code of the contractive autoencoder hardly moves.", "The price is a larger error:")
def contractive_holds_still(names: Names) -> None:
    """Half as far (a quarter was measured), with an error that is 5% larger (17%)."""
    images = names["data"].test_images
    moved, error = {}, {}
    for name in ("plain_tanh", "contractive"):
        model = names[name]
        z, near, other = (model.encode(x) for x in (images, names["noisy"], names["others"]))
        moved[name] = np.linalg.norm(near - z, axis=1).mean() / np.linalg.norm(other - z, axis=1).mean()
        error[name] = lost(names, model)
    assert moved["contractive"] < 0.5 * moved["plain_tanh"] and moved["contractive"] < 0.15
    assert error["contractive"] > 1.05 * error["plain_tanh"]
