// Optimisers and landscapes in double precision.  The formulas, and the order in which they are computed, are those
// of vaecore.adam and vaecore.landscapes, so that the numbers agree to the last digits.

const EPS = 1e-8;
const LIMIT = 1e6; // a path that gets so far has left for good

const RIDGE = [0.1, 20];
const TURN = Math.SQRT1_2; // cosine and sine of 45 degrees
const BEND = 5;
export const GRADIENTS = {
  ridge: ([x, y]) => [-RIDGE[0] * x, -RIDGE[1] * y],
  turned: ([x, y]) => {
    const along = -RIDGE[0] * (TURN * (x + y));
    const across = -RIDGE[1] * (TURN * (y - x));
    return [TURN * (along - across), TURN * (along + across)];
  },
  rosenbrock: ([x, y]) => {
    const off = y - x * x;
    return [2 * (1 - x) + 4 * BEND * x * off, -2 * BEND * off];
  },
  hill: ([x, y]) => [-x, -y],
};

// The line at which a hill is `depth` below its top, closed.
export const CONTOURS = {
  ridge: (depth, c, s) => [Math.sqrt((2 * depth) / RIDGE[0]) * c, Math.sqrt((2 * depth) / RIDGE[1]) * s],
  turned: (depth, c, s) => {
    const u = Math.sqrt((2 * depth) / RIDGE[0]) * c;
    const v = Math.sqrt((2 * depth) / RIDGE[1]) * s;
    return [TURN * (u - v), TURN * (u + v)];
  },
  rosenbrock: (depth, c, s) => {
    const x = 1 + Math.sqrt(depth) * c;
    return [x, x * x + Math.sqrt(depth / BEND) * s];
  },
  hill: (depth, c, s) => [Math.sqrt(2 * depth) * c, Math.sqrt(2 * depth) * s],
};
export const DEPTHS = [0, 1, 2, 3, 4, 5, 6, 7].map((k) => 60 * 3 ** -k); // each a third of the one before

export function gradientAscent({ alpha }) {
  return (theta, g) => theta.map((value, j) => value + alpha * g[j]);
}

export function adam({ alpha, beta1, beta2, corrected }) {
  const m = [0, 0];
  const v = [0, 0];
  let t = 0;
  return (theta, g) => {
    t += 1;
    const correction1 = corrected ? 1 - beta1 ** t : 1;
    const correction2 = corrected ? 1 - beta2 ** t : 1;
    return theta.map((value, j) => {
      m[j] = m[j] * beta1 + (1 - beta1) * g[j];
      v[j] = v[j] * beta2 + (1 - beta2) * (g[j] * g[j]);
      return value + (alpha * (m[j] / correction1)) / (Math.sqrt(v[j] / correction2) + EPS);
    });
  };
}

// vaecore.landscapes.trajectory
export function trajectory(update, gradient, start, steps, noise, draws) {
  let theta = [...start];
  const path = [theta];
  for (let t = 0; t < steps; t++) {
    theta = update(theta, gradient(theta).map((g, j) => g + noise * draws[2 * t + j]));
    path.push(theta);
    if (Math.max(...theta.map(Math.abs)) > LIMIT) break;
  }
  return path;
}
