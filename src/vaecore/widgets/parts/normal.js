// log N(value; mean, std^2): the curve that most charts show.
export const logNormal = (value, mean, std) =>
  -0.5 * (((value - mean) / std) ** 2 + Math.log(2 * Math.PI)) - Math.log(std);
