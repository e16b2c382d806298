// The bound of one image in nats, and log p(x): what is known at once, and what takes a while, in slices.

// log p(x | z) of an image of 0 and 1, from the decoder's logits.
export function logLikelihood(x, logits) {
  let sum = 0;
  for (let j = 0; j < logits.length; j++) {
    const a = logits[j];
    sum -= (x[j] ? Math.max(-a, 0) : Math.max(a, 0)) + Math.log1p(Math.exp(-Math.abs(a)));
  }
  return sum;
}

// KL(q(z_j | x) || p(z_j)) of each latent.
export const klTerms = (mean, logStd) =>
  mean.map((mu, j) => 0.5 * (Math.exp(2 * logStd[j]) + mu * mu - 1) - logStd[j]);

export const logSumExp = (values) => {
  let [most, sum] = [-Infinity, 0];
  for (const value of values) most = Math.max(most, value);
  for (const value of values) sum += Math.exp(value - most);
  return most + Math.log(sum);
};

// E log p(x | z) over q, by the trapezoidal rule over five standard deviations; `error` is its difference from the
// same rule with steps twice as wide.  A generator: it yields where it may be interrupted.
export function* expectedLogLikelihood(score, mean, std) {
  const [reach, step] = [10, 0.5];
  const sums = { fine: [0, 0], wide: [0, 0] };
  for (let i = -reach; i <= reach; i++) {
    for (let j = -reach; j <= reach; j++) {
      if (i * i + j * j > reach * reach) continue;
      const [a, b] = [i * step, j * step];
      const weight = Math.exp(-(a * a + b * b) / 2);
      const value = score([mean[0] + std[0] * a, mean[1] + std[1] * b]);
      for (const sum of i % 2 || j % 2 ? [sums.fine] : [sums.fine, sums.wide]) {
        sum[0] += weight * value;
        sum[1] += weight;
      }
      yield;
    }
  }
  const [fine, wide] = [sums.fine, sums.wide].map(([sum, weights]) => sum / weights);
  return { value: fine, error: Math.abs(fine - wide) };
}

// The same average over three points a latent, Gauss and Hermite's, which is quick enough for every movement of a
// hand: exact for polynomials of degree 5, and rough where q is wide.
const [OFF_CENTRE, NODES] = [Math.sqrt(3), [[-1, 1 / 6], [0, 2 / 3], [1, 1 / 6]]];
export function averageOfNine(score, mean, std) {
  let total = 0;
  for (const [a, u] of NODES)
    for (const [b, v] of NODES) total += u * v * score([mean[0] + std[0] * OFF_CENTRE * a, mean[1] + std[1] * OFF_CENTRE * b]);
  return total;
}

// log p(x) = log of the integral of p(x | z) p(z) over two latents, on a grid as integrate_log_likelihood has it: with
// steps of 1/4 over all of the plane, then halved again and again where there is anything, until halving them changes
// nothing; `error` is the last change.  The logits on the first grid do not depend on x, and are kept in `kept`.
const [REACH, FIRST, HALVINGS, ENOUGH] = [6, 1 / 4, 5, 0.002];
const NARROWEST = 0.02; // of a posterior's standard deviations
const NOTHING = 18; // nats below the largest

export function* evidence(decode, x, kept) {
  const side = REACH / FIRST;
  const logPrior = (u, v) => -0.5 * (u * u + v * v) - Math.log(2 * Math.PI);
  let step = FIRST;
  let known = new Map(); // place on the grid -> log p(x, z)
  const key = (i, j) => i * 65536 + j;
  const on = [];
  for (let d = 0; d < x.length; d++) if (x[d]) on.push(d);
  for (let i = -side, k = 0; i <= side; i++) {
    for (let j = -side; j <= side; j++, k++) {
      const place = [i * step, j * step];
      if (!kept[k]) {
        const logits = decode(place);
        kept[k] = { logits: Float32Array.from(logits), blank: logLikelihood(new Uint8Array(logits.length), logits) };
        yield;
      }
      let sum = kept[k].blank; // log p(x | z) = log p(0 | z) + the logits where there is ink
      for (const d of on) sum += kept[k].logits[d];
      known.set(key(i, j), { i, j, value: sum + logPrior(...place) });
    }
    yield;
  }
  const total = () => logSumExp([...known.values()].map(({ value }) => value)) + 2 * Math.log(step);
  let last = total();
  for (let halving = 1; ; halving++) {
    // Between two places of the grid a narrow posterior may be so much higher than on both.
    const missed = NOTHING + (step / 2 / NARROWEST) ** 2;
    let most = -Infinity;
    for (const { value } of known.values()) most = Math.max(most, value);
    const finer = new Map();
    step /= 2;
    for (const { i, j, value } of known.values()) {
      if (value < most - missed) continue;
      for (const [a, b] of NEIGHBOURS) {
        const [m, n] = [2 * i + a, 2 * j + b];
        if (finer.has(key(m, n))) continue;
        const there = a || b ? (m % 2 || n % 2 ? null : known.get(key(m / 2, n / 2))) : { value };
        const z = [m * step, n * step];
        finer.set(key(m, n), { i: m, j: n, value: there ? there.value : logLikelihood(x, decode(z)) + logPrior(...z) });
        yield;
      }
    }
    known = finer;
    const now = total();
    const error = Math.abs(now - last);
    if (error < ENOUGH || halving === HALVINGS) return { value: now, error, known, step };
    last = now;
  }
}
const NEIGHBOURS = [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => [a, b]));

// Runs a generator in slices, so that the page stays awake; returns what stops it.
const SLICE = 8; // milliseconds
export function inSlices(work, done) {
  let timer = 0;
  function slice() {
    const end = performance.now() + SLICE;
    do {
      const { done: finished, value } = work.next();
      if (finished) return done(value);
    } while (performance.now() < end);
    timer = setTimeout(slice);
  }
  timer = setTimeout(slice);
  return () => clearTimeout(timer);
}
