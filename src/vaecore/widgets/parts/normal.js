// A number from N(0, 1), by Box and Muller's method.
export const standardNormal = () =>
  Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

// log N(value; mean, std^2): the curve that most charts show.
export const logNormal = (value, mean, std) =>
  -0.5 * (((value - mean) / std) ** 2 + Math.log(2 * Math.PI)) - Math.log(std);
