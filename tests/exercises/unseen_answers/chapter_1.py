"""Chapter 1: PCA, the loneliest place, sparse, denoising and contractive autoencoders."""

import numpy as np

from unseen_answers.entries import right, wrong


@right("S-PCA")
def pca_rows_one_by_one(x, size):
    m = x.mean(0)
    vt = np.linalg.svd(x - m, full_matrices=False)[2][:size]
    out = []
    for row in x:
        code = [float(np.dot(row - m, direction)) for direction in vt]
        out.append(m + sum((c * d for c, d in zip(code, vt, strict=True)), np.zeros(len(m))))
    return out


@right("S-PCA")
def pca_by_cutting_singular_values(x, size):
    m = np.mean(x, axis=0, keepdims=True)
    u, s, vt = np.linalg.svd(x - m, full_matrices=False)
    s[size:] = 0
    return (u * s) @ vt + m


@wrong("S-PCA", "the mean is one number for all columns")
def pca_mean_over_all(x, size):
    m = x.mean()
    vt = np.linalg.svd(x - m, full_matrices=False)[2]
    return (x - m) @ vt[:size].T @ vt[:size] + m


@wrong("S-PCA", "columns of vt in place of rows")
def pca_columns_of_vt(x, size):
    m = x.mean(axis=0)
    vt = np.linalg.svd(x - m, full_matrices=False)[2]
    w = vt[:, :size]
    return (x - m) @ w @ w.T + m


@wrong("S-PCA", "the codes are divided by the singular values (whitened) and not multiplied back")
def pca_whitened(x, size):
    m = x.mean(axis=0)
    u, _, vt = np.linalg.svd(x - m, full_matrices=False)
    return u[:, :size] @ vt[:size] + m


@wrong("S-PCA", "the columns are standardised and the std is not multiplied back")
def pca_standardised(x, size):
    m, sd = x.mean(axis=0), x.std(axis=0) + 1e-12
    y = (x - m) / sd
    vt = np.linalg.svd(y, full_matrices=False)[2]
    return y @ vt[:size].T @ vt[:size] + m


@wrong("S-PCA", "returns what PCA loses, x minus the reconstruction, plus the mean")
def pca_residual(x, size):
    m = x.mean(axis=0)
    vt = np.linalg.svd(x - m, full_matrices=False)[2]
    return x - (x - m) @ vt[:size].T @ vt[:size]


@wrong("S-PCA", "the components come from the data with mean, though the mean is taken off before projecting")
def pca_svd_of_raw_data(x, size):
    m = x.mean(axis=0)
    vt = np.linalg.svd(x, full_matrices=False)[2]
    return (x - m) @ vt[:size].T @ vt[:size] + m


@right("S-GAP")
def loneliest_by_loops(z, codes):
    best, where = -1.0, None
    for place in z:
        d = min(sum((a - b) ** 2 for a, b in zip(place, c, strict=True)) for c in codes)
        if d > best:
            best, where = d, place
    return where


@right("S-GAP")
def loneliest_by_squares(z, codes):
    d2 = (z**2).sum(1)[:, None] - 2 * z @ codes.T + (codes**2).sum(1)
    return z[d2.min(1).argmax()].tolist()


@wrong("S-GAP", "the largest sum of distances to all codes")
def loneliest_by_the_sum(z, codes):
    d = np.linalg.norm(z[:, None] - codes[None], axis=-1)
    return z[d.sum(axis=1).argmax()]


@wrong("S-GAP", "farthest from the mean of the codes")
def loneliest_from_the_mean(z, codes):
    return z[np.linalg.norm(z - codes.mean(axis=0), axis=1).argmax()]


@wrong("S-GAP", "the nearest code is sought along the wrong axis: min over places")
def loneliest_code(z, codes):
    d = np.linalg.norm(z[:, None] - codes[None], axis=-1)
    return codes[d.min(axis=0).argmax()]


@wrong("S-GAP", "L1 in place of Euclidean distance")
def loneliest_in_l1(z, codes):
    return z[np.abs(z[:, None] - codes[None]).sum(-1).min(1).argmax()]


@wrong("S-GAP", "looks only at the last code")
def loneliest_from_the_last(z, codes):
    for c in codes:
        d = np.linalg.norm(z - c, axis=1)
    return z[d.argmax()]


@right("X-1d")
def sparse_by_loops(x, keep, encode, decode, alpha):
    z = encode(np.where(keep > 0, x, 0))
    y = decode(z)
    return sum(((x[i] - y[i]) ** 2).sum() + alpha * abs(z[i]).sum() for i in range(len(x))) / len(x)


@right("X-1d")
def sparse_by_sums(x, keep, encode, decode, alpha):
    z = encode(keep * x)
    return (np.sum(np.square(decode(z) - x)) + alpha * np.sum(np.absolute(z))) / x.shape[0]


@wrong("X-1d", "the L1 price is not averaged over the images")
def sparse_price_of_all(x, keep, encode, decode, alpha):
    z = encode(x * keep)
    return np.mean(((x - decode(z)) ** 2).sum(1)) + alpha * np.abs(z).sum()


@wrong("X-1d", "the error only on the pixels that were lost")
def sparse_error_on_lost(x, keep, encode, decode, alpha):
    z = encode(x * keep)
    return np.mean((((x - decode(z)) * (1 - keep)) ** 2).sum(1) + alpha * np.abs(z).sum(1))


@wrong("X-1d", "the code that is charged is that of the clean images")
def sparse_code_of_clean(x, keep, encode, decode, alpha):
    y = decode(encode(x * keep))
    return np.mean(((x - y) ** 2).sum(1) + alpha * np.abs(encode(x)).sum(1))


@wrong("X-1d", "the mask the other way round: what stays is lost")
def sparse_mask_reversed(x, keep, encode, decode, alpha):
    z = encode(x * (1 - keep))
    return np.mean(((x - decode(z)) ** 2).sum(1) + alpha * np.abs(z).sum(1))


@wrong("X-1d", "the price is the largest entry of the code, not the sum")
def sparse_max_norm(x, keep, encode, decode, alpha):
    z = encode(x * keep)
    return np.mean(((x - decode(z)) ** 2).sum(1) + alpha * np.abs(z).max(1))


@wrong("X-1d", "alpha weighs the error and the price alike")
def sparse_alpha_on_both(x, keep, encode, decode, alpha):
    z = encode(x * keep)
    return np.mean(alpha * (((x - decode(z)) ** 2).sum(1) + np.abs(z).sum(1)))


@right("X-1c")
def contraction_by_jacobians(weights, biases, x):
    total = []
    for row in x:
        slope = 1 / np.cosh(row @ weights + biases) ** 2
        total.append(((weights * slope) ** 2).sum())
    return total


@right("X-1c")
def contraction_by_einsum(weights, biases, x):
    z = np.tanh(x @ weights + biases)
    jacobian = np.einsum("dl,bl->bdl", weights, 1 - z * z)
    return np.einsum("bdl,bdl->b", jacobian, jacobian)


@wrong("X-1c", "the norm, not its square")
def contraction_norm(weights, biases, x):
    z = np.tanh(x @ weights + biases)
    return np.sqrt((1 - z**2) ** 2 @ (weights**2).sum(0))


@wrong("X-1c", "the weights are summed before they are squared")
def contraction_sum_then_square(weights, biases, x):
    z = np.tanh(x @ weights + biases)
    return ((1 - z**2) ** 2 * weights.sum(axis=0) ** 2).sum(axis=1)


@wrong("X-1c", "derivative of the sigmoid, z (1 - z), in place of tanh's")
def contraction_as_a_sigmoid(weights, biases, x):
    z = np.tanh(x @ weights + biases)
    return ((z * (1 - z)) ** 2 * (weights**2).sum(0)).sum(1)


@wrong("X-1c", "the sum of the code's squares, not of the Jacobian's")
def contraction_of_the_code(weights, biases, x):
    return (np.tanh(x @ weights + biases) ** 2).sum(axis=1)


@wrong("X-1c", "mean over the latents in place of the sum")
def contraction_mean_over_latents(weights, biases, x):
    z = np.tanh(x @ weights + biases)
    return ((1 - z**2) ** 2 * (weights**2).sum(0)).mean(1)


@wrong("X-1c", "the slope is taken at the pre-activation instead of the code: 1 - a^2")
def contraction_slope_at_a(weights, biases, x):
    a = x @ weights + biases
    return ((1 - a**2) ** 2 * (weights**2).sum(0)).sum(1)
