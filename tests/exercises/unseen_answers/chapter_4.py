"""Chapter 4: gradient estimators, other distributions, the way back, sampling, one feature by hand."""

import numpy as np

from unseen_answers.entries import right, wrong


@right("P-2dc")
def estimates_by_density(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return f(z) * (z - mu) / sigma**2, slope(z)


@right("P-2dc")
def estimates_one_by_one(f, slope, mu, sigma, eps):
    z = [mu + sigma * e for e in eps]
    score = [float(f(np.array([v]))[0]) * e / sigma for v, e in zip(z, eps, strict=True)]
    return np.array(score), np.array([float(slope(np.array([v]))[0]) for v in z])


@wrong("P-2dc", "the two estimates are exchanged")
def estimates_exchanged(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return slope(z), f(z) * eps / sigma


@wrong("P-2dc", "the score is eps, not eps / sigma")
def estimates_score_not_divided(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return f(z) * eps, slope(z)


@wrong("P-2dc", "the path is that for sigma: times eps")
def estimates_path_of_sigma(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return f(z) * eps / sigma, slope(z) * eps


@wrong("P-2dc", "the mean of f is subtracted (a baseline)")
def estimates_with_baseline(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return (f(z) - f(z).mean()) * eps / sigma, slope(z)


@wrong("P-2dc", "log f in place of f in the score")
def estimates_log_f(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return np.log(np.abs(f(z)) + 1e-9) * eps / sigma, slope(z)


@wrong("P-2dc", "the slope at the mean")
def estimates_slope_at_mean(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return f(z) * eps / sigma, slope(np.full_like(eps, mu))


@right("S-REP")
def exponential_by_log1p(rate, u):
    z = -np.log1p(-u) / rate
    return z, -z / rate


@right("S-REP")
def exponential_other_end(rate, u):
    return -np.log(u) / rate, np.log(u) / rate**2


@wrong("S-REP", "multiplied by the rate")
def exponential_times_rate(rate, u):
    return -np.log(1 - u) * rate, -np.log(1 - u)


@wrong("S-REP", "the sign of z")
def exponential_negative(rate, u):
    return np.log(1 - u) / rate, -np.log(1 - u) / rate**2


@wrong("S-REP", "the derivative with respect to u")
def exponential_derivative_in_u(rate, u):
    return -np.log(1 - u) / rate, 1 / (rate * (1 - u))


@wrong("S-REP", "the derivative's sign")
def exponential_derivative_positive(rate, u):
    z = -np.log(1 - u) / rate
    return z, z / rate


@wrong("S-REP", "the density of the exponential at u")
def exponential_density(rate, u):
    return rate * np.exp(-rate * u), np.exp(-rate * u) * (1 - rate * u)


@wrong("S-REP", "the distribution function, not its inverse")
def exponential_not_inverted(rate, u):
    return 1 - np.exp(-rate * u), u * np.exp(-rate * u)


@right("X-6c")
def backward_by_loops(grad_z, encoder_output, eps):
    n, size = grad_z.shape
    out = np.zeros((n, 2 * size))
    for i in range(n):
        for j in range(size):
            out[i, j] = grad_z[i, j]
            out[i, size + j] = grad_z[i, j] * eps[i, j] * np.exp(encoder_output[i, size + j])
    return out


@right("X-6c")
def backward_by_hstack(grad_z, encoder_output, eps):
    _, log_std = np.split(encoder_output, 2, axis=1)
    return np.hstack([grad_z, np.exp(log_std) * (eps * grad_z)])


@wrong("X-6c", "the gradient with respect to std, not log std")
def backward_std(grad_z, encoder_output, eps):
    return np.hstack([grad_z, grad_z * eps])


@wrong("X-6c", "eps forgotten")
def backward_without_eps(grad_z, encoder_output, eps):
    log_std = encoder_output[:, grad_z.shape[1] :]
    return np.hstack([grad_z, grad_z * np.exp(log_std)])


@wrong("X-6c", "the halves exchanged")
def backward_exchanged(grad_z, encoder_output, eps):
    log_std = encoder_output[:, grad_z.shape[1] :]
    return np.hstack([grad_z * eps * np.exp(log_std), grad_z])


@wrong("X-6c", "log std read as log variance: half the exponent and half in front")
def backward_log_variance(grad_z, encoder_output, eps):
    log_var = encoder_output[:, grad_z.shape[1] :]
    return np.hstack([grad_z, 0.5 * grad_z * eps * np.exp(0.5 * log_var)])


@wrong("X-6c", "the gradient for the mean is multiplied by the mean")
def backward_times_mean(grad_z, encoder_output, eps):
    mean, log_std = np.split(encoder_output, 2, axis=1)
    return np.hstack([grad_z * mean, grad_z * eps * np.exp(log_std)])


@wrong("X-6c", "std is divided by in the second half")
def backward_divided(grad_z, encoder_output, eps):
    log_std = encoder_output[:, grad_z.shape[1] :]
    return np.hstack([grad_z, grad_z * eps / np.exp(log_std)])


@right("L-SAMPLE")
def sample_row_by_row(encoder_output, rng):
    rows = []
    for row in encoder_output:
        half = len(row) // 2
        rows.append([rng.normal(m, np.exp(s)) for m, s in zip(row[:half], row[half:], strict=True)])
    return np.array(rows)


@right("L-SAMPLE")
def sample_by_multivariate(encoder_output, rng):
    mean, log_std = np.split(encoder_output, 2, axis=1)
    return np.array(
        [rng.multivariate_normal(m, np.diag(np.exp(2 * s))) for m, s in zip(mean, log_std, strict=True)]
    )


@wrong("L-SAMPLE", "columns taken alternately: mean, log std, mean, log std")
def sample_interleaved(encoder_output, rng):
    mean, log_std = encoder_output[:, ::2], encoder_output[:, 1::2]
    return mean + np.exp(log_std) * rng.standard_normal(mean.shape)


@wrong("L-SAMPLE", "the noise multiplies the sum of mean and std")
def sample_noise_times_all(encoder_output, rng):
    mean, log_std = np.split(encoder_output, 2, axis=1)
    return (mean + np.exp(log_std)) * rng.standard_normal(mean.shape)


@wrong("L-SAMPLE", "the noise is added without being multiplied by std")
def sample_unit_noise(encoder_output, rng):
    mean, _ = np.split(encoder_output, 2, axis=1)
    return mean + rng.standard_normal(mean.shape)


@wrong("L-SAMPLE", "minus log std in the exponent")
def sample_inverse_std(encoder_output, rng):
    mean, log_std = np.split(encoder_output, 2, axis=1)
    return mean + np.exp(-log_std) * rng.standard_normal(mean.shape)


@wrong("L-SAMPLE", "a fixed seed inside the function: the same noise in each call")
def sample_fixed_seed(encoder_output, rng):
    mean, log_std = np.split(encoder_output, 2, axis=1)
    return mean + np.exp(log_std) * np.random.default_rng(0).standard_normal(mean.shape)


@wrong("L-SAMPLE", "noise is averaged over ten draws")
def sample_average_of_ten(encoder_output, rng):
    mean, log_std = np.split(encoder_output, 2, axis=1)
    return mean + np.exp(log_std) * rng.standard_normal((10, *mean.shape)).mean(axis=0)


@right("X-7a")
def draw_z_with_where(x, eps):
    inner = 3 * x - 1 if 3 * x > 1 else 0
    variance = (3 * x + 1 if 3 * x > -1 else 0) + 1
    return 2 * inner + variance**0.5 * eps


@right("X-7a")
def draw_z_with_maximum(x, eps):
    relu = lambda a: np.maximum(a, 0.0)  # noqa: E731
    return relu(2 * relu(3 * x - 1)) + np.sqrt(relu(relu(3 * x + 1) + 1)) * np.asarray(eps)


@wrong("X-7a", "the factor 2 is left out of the mean")
def draw_z_without_two(x, eps):
    return max(3 * x - 1, 0) + np.sqrt(max(3 * x + 1, 0) + 1) * eps


@wrong("X-7a", "ReLU clips the result as well")
def draw_z_clipped(x, eps):
    return np.maximum(2 * max(3 * x - 1, 0) + np.sqrt(max(3 * x + 1, 0) + 1) * eps, 0)


@wrong("X-7a", "the variance is exponentiated as if it were a log variance")
def draw_z_exp(x, eps):
    return 2 * max(3 * x - 1, 0) + np.exp(0.5 * (max(3 * x + 1, 0) + 1)) * eps


@wrong("X-7a", "the inner ReLU of the variance adds 1 inside: ReLU(3x + 2)")
def draw_z_inner_one(x, eps):
    return 2 * max(3 * x - 1, 0) + np.sqrt(max(3 * x + 2, 0)) * eps


@wrong("X-7a", "mean and variance exchanged")
def draw_z_exchanged(x, eps):
    return (max(3 * x + 1, 0) + 1) + np.sqrt(2 * max(3 * x - 1, 0)) * eps


@right("X-7b")
def output_with_where(z):
    return np.where(z < 12, 12 - z, 0), np.where(z > 5, 2 * z - 10, 0)


@right("X-7b")
def output_by_clip(z):
    return (12 - z).clip(0), (2 * z - 10).clip(0)


@wrong("X-7b", "the mean and the variance exchanged")
def output_exchanged(z):
    return np.maximum(2 * z - 10, 0), np.maximum(12 - z, 0)


@wrong("X-7b", "ReLU only on the variance")
def output_mean_without_relu(z):
    return 12 - z, np.maximum(2 * z - 10, 0)


@wrong("X-7b", "the sign of z in the mean: ReLU(z - 12)")
def output_sign_of_z(z):
    return np.maximum(z - 12, 0), np.maximum(2 * z - 10, 0)


@wrong("X-7b", "ReLU taken of z first")
def output_relu_of_z(z):
    z = np.maximum(z, 0)
    return np.maximum(12 - z, 0), np.maximum(2 * z - 10, 0)


@wrong("X-7b", "absolute value for ReLU")
def output_absolute(z):
    return np.abs(12 - z), np.abs(2 * z - 10)
