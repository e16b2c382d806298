"""The training of the shipped model "kl_only": the encoder collapses, the decoder is not touched."""

import numpy as np

from tools.models import train_kl_only
from vaecore import VAE, init_network, load_mnist


def test_the_encoder_forgets_and_the_decoder_stays_as_it_was_drawn():
    data = load_mnist("sample")
    vae = train_kl_only.train_on_the_kl_alone(data.train_images)
    rng = np.random.default_rng(train_kl_only.SEED)
    gen_params, rec_params = init_network([2, 200, 200, 784], rng), init_network([784, 200, 200, 4], rng)
    for (weights, biases), (drawn, zeros) in zip(vae.gen_params, gen_params, strict=True):
        np.testing.assert_array_equal(weights, drawn)
        np.testing.assert_array_equal(biases, zeros)

    before, after = (
        train_kl_only.collapse(model, data.test_images) for model in (VAE(gen_params, rec_params), vae)
    )
    assert before["kl_as_shipped"] > 0.1 > 0.01 > after["kl_as_shipped"]
    assert after["largest_mean"] < before["largest_mean"] / 3
    assert after["largest_log_std"] < before["largest_log_std"] / 3


def test_what_it_is_trained_for_is_the_model_that_is_shipped():
    shipped = train_kl_only.collapse(VAE.load_shipped("kl_only"), load_mnist("sample").test_images)
    assert shipped["kl_as_shipped"] < 1e-3 and shipped["largest_log_std"] < 0.1
