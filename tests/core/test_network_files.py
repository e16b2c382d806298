"""Networks in files: every bit comes back, and what is no such file is refused (test_vae.py has more)."""

import numpy as np
import pytest

from vaecore import CheckpointError, InvalidInputError, init_network
from vaecore.files.network_files import read_networks, write_networks
from vaecore.files.storage import write_archive


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_networks_and_meta_come_back(rng, tmp_path, dtype):
    networks = {"one": init_network([3, 4, 2], rng, dtype), "two": init_network([2, 3], rng, dtype)}
    write_networks(tmp_path / "n.npz", "pair", networks, meta={"code": "tanh"})
    again, meta = read_networks(tmp_path / "n.npz", "pair", ("one", "two"))
    assert meta["code"] == "tanh" and [len(params) for params in again] == [2, 1]
    for before, after in zip(networks.values(), again, strict=True):
        for old, new in zip(before, after, strict=True):
            for a, b in zip(old, new, strict=True):
                assert b.dtype == dtype and a.tobytes() == b.tobytes()


def test_a_smaller_dtype_rounds_and_the_old_one_comes_back(rng, tmp_path):
    networks = {"one": init_network([3, 4], rng)}
    write_networks(tmp_path / "n.npz", "single", networks, np.float16)
    ((weights, _),) = read_networks(tmp_path / "n.npz", "single", ("one",))[0][0]
    assert weights.dtype == np.float32
    np.testing.assert_array_equal(weights, networks["one"][0][0].astype(np.float16).astype(np.float32))


def test_a_dtype_that_holds_no_weights_is_refused(rng, tmp_path):
    networks = {"one": init_network([3, 4], rng)}
    with pytest.raises(InvalidInputError, match="dtype is int32, expected floating-point"):
        write_networks(tmp_path / "n.npz", "single", networks, np.int32)
    networks["one"][0][0][0, 0] = 1e30
    with pytest.raises(InvalidInputError, match=r"one_params\[0\] as float16 holds 1 value"):
        write_networks(tmp_path / "n.npz", "single", networks, np.float16)
    assert not (tmp_path / "n.npz").exists()


def test_another_kind_and_missing_parts_are_refused(rng, tmp_path):
    networks = {"one": init_network([3, 4], rng)}
    write_networks(tmp_path / "n.npz", "single", networks)
    with pytest.raises(CheckpointError, match="holds a single, expected a pair"):
        read_networks(tmp_path / "n.npz", "pair", ("one",))
    write_archive(
        tmp_path / "n.npz", "single", {"one_0_weights": np.ones((2, 2)), "one_0_rest": np.ones(2)}, {}
    )
    with pytest.raises(CheckpointError, match="holds no usable single"):
        read_networks(tmp_path / "n.npz", "single", ("one",))
