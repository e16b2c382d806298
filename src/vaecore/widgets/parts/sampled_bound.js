// The bound of one image and log p(x) in nats by sampling, for a model with many latents: as
// estimate_log_likelihood does it, with the proposal that covers.  A generator: it yields where it may be interrupted.

import { logSumExp } from "./bound.js";
import { standardNormal } from "./normal.js";

// How many of q's standard deviations the samples have, in turn: PROPOSALS["covering"] of vaecore.log_likelihood.
const WIDTHS = [1, 1.5, 1, Infinity, 1, 3, 1, Infinity];
const SAMPLES = 2000; // half of them q's own

// So many times q's standard deviations, but none above the prior's, unless q's own is.
const widened = (std, width) => std.map((s) => Math.max(s, Math.min(s * width, 1)));

const average = (values) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / (values.length - 1);
  return { value: mean, error: Math.sqrt(variance / values.length) };
};

// score(z): log p(x | z).  Returns {expected, log_p}, each with its standard error, and of log_p the effective sample size.
export function* sampledBound(score, mean, std) {
  const kinds = [...new Set(WIDTHS)].map((width) => ({ width, std: widened(std, width), part: WIDTHS.filter((w) => w === width).length / WIDTHS.length }));
  for (const kind of kinds) kind.logNorm = Math.log(kind.part) - kind.std.reduce((sum, s) => sum + Math.log(s), 0);
  const own = [];
  const logWeights = [];
  for (let k = 0; k < SAMPLES; k++) {
    const kind = kinds.find(({ width }) => width === WIDTHS[k % WIDTHS.length]);
    const away = kind.std.map((s) => s * standardNormal());
    const z = away.map((value, j) => value + mean[j]);
    const logLikelihood = score(z);
    if (kind.width === 1) own.push(logLikelihood);
    const logPrior = -0.5 * z.reduce((sum, value) => sum + value * value, 0);
    const logs = kinds.map((other) => other.logNorm - 0.5 * away.reduce((sum, value, j) => sum + (value / other.std[j]) ** 2, 0));
    logWeights.push(logLikelihood + logPrior - logSumExp(logs));
    yield;
  }
  const most = Math.max(...logWeights);
  const weights = logWeights.map((value) => Math.exp(value - most));
  const mixture = average(weights);
  const squares = weights.reduce((sum, w) => sum + w * w, 0);
  return {
    expected: average(own),
    log_p: {
      value: most + Math.log(mixture.value), error: mixture.error / mixture.value,
      ess: (mixture.value * SAMPLES) ** 2 / squares,
    },
  };
}
