"""Draw book/assets/interpolation.png, the README's picture, with the shipped model (`make picture`)."""

from pathlib import Path

import numpy as np

from vaecore import VAE, interpolate, lab_digits, load_mnist, save_images

PICTURE = Path(__file__).resolve().parents[2] / "book" / "assets" / "interpolation.png"


def main() -> None:
    vae = VAE.load_shipped("lab")
    digits, _ = lab_digits(load_mnist("sample"))
    strips = [interpolate(vae, digits[i], digits[i + 1], steps=25) for i in range(0, len(digits), 2)]
    save_images(np.concatenate(strips), PICTURE, columns=25)
    print(f"Written: {PICTURE.name}, {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
