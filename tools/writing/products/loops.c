/* The loops of a training step that are no matrix products, for a page's Python: those of
   src/vaecore/foundations/compiled_loops.py, four numbers at a time, and tanh.

   Vectors are written as the compiler writes them: a + b adds four numbers, a < b gives four masks. */

#include <wasm_simd128.h>

typedef float four __attribute__((vector_size(16), aligned(4)));
typedef int whole __attribute__((vector_size(16), aligned(4)));

enum { LANES = 4 };
static const float LOG2_E = 1.44269504f;
/* log 2 in two parts: n LN2_HIGH is exact for every whole n in use, so that y - n log 2 loses no digits. */
static const float LN2_HIGH = 0.693359375f, LN2_LOW = -2.12194440e-4f;

static four size_of(four a) { return wasm_f32x4_abs(a); }
static four at_most(four a, float limit) { return wasm_f32x4_min(a, wasm_f32x4_splat(limit)); }
static four chosen(whole mask, four yes, four no) { return wasm_v128_bitselect(yes, no, mask); }
static whole whole_of(four a) { return wasm_i32x4_trunc_sat_f32x4(a); }
static four float_of(whole n) { return wasm_f32x4_convert_i32x4(n); }

/* 2^-n, n from 0 to 126 */
static four halved(whole n) { return (four)((127 - n) << 23); }

/* y = n log 2 - r with |r| <= log(2) / 2, so that exp(-y) = 2^-n exp(r).  Returns r. */
static four remainder_of(four y, whole *n) {
  *n = whole_of(y * LOG2_E + 0.5f);
  const four f = float_of(*n);
  return (f * LN2_HIGH - y) + f * LN2_LOW;
}

/* exp(r) - 1: its series, to the seventh power */
static four series(four r) {
  return r * (1 + r * (1 / 2.f + r * (1 / 6.f + r * (1 / 24.f + r * (1 / 120.f + r * (1 / 720.f + r / 5040))))));
}

/* exp(-|a|): by 2^-n in two steps, since the smallest numbers lie below 2^-126 */
static four exp_minus_size(four a) {
  whole n;
  const four r = remainder_of(at_most(size_of(a), 100), &n);
  return (1 + series(r)) * halved(n >> 1) * halved(n - (n >> 1));
}

/* log(1 + e) = 2 atanh(s), s = e / (2 + e) <= 1/3: the series of atanh, to its 13th power */
static four log_one_plus(four e) {
  const four s = e / (2 + e), q = s * s;
  return 2 * s * (1 + q * (1 / 3.f + q * (1 / 5.f + q * (1 / 7.f + q * (1 / 9.f + q * (1 / 11.f + q / 13))))));
}

/* With m = exp(-2|a|) - 1, of which nothing cancels near 0: tanh |a| = -m / (2 + m). */
static four tanh_of(four a) {
  whole n;
  const four r = remainder_of(at_most(2 * size_of(a), 80), &n);
  const four half = halved(n);
  const four m = half * series(r) + (half - 1);
  const four t = -m / (2 + m);
  return wasm_v128_bitselect(a, t, wasm_f32x4_splat(-0.f)); /* the sign of a */
}

/* x on + (1 - x) off + log(1 + exp(-|a|)) with on = max(-a, 0), off = max(a, 0); NaN stays NaN */
static four minus_log_prob(four x, four a) {
  const four size = size_of(a);
  return x * ((size - a) / 2) + (1 - x) * ((size + a) / 2) + log_one_plus(exp_minus_size(a));
}

static four gradient_of(float g, four x, four a) {
  const four e = exp_minus_size(a), one = wasm_f32x4_splat(1);
  const four on = chosen(a >= 0, one, e), off = chosen(a >= 0, e, one);
  return g * (x * off - (1 - x) * on) / (1 + e);
}

/* The last numbers of an array, fewer than four: zeros stand for the others. */
static four last_of(const float *from, int count) {
  four all = wasm_f32x4_const_splat(0);
  for (int i = 0; i < count; i++) all[i] = from[i];
  return all;
}

static void put_last(float *to, four all, int count) {
  for (int i = 0; i < count; i++) to[i] = all[i];
}

/* a <- tanh(a), n numbers */
__attribute__((export_name("tanh_in_place"))) void tanh_in_place(float *a, int n) {
  int i = 0;
  for (; i + LANES <= n; i += LANES) *(four *)(a + i) = tanh_of(*(four *)(a + i));
  put_last(a + i, tanh_of(last_of(a + i, n - i)), n - i);
}

/* out (rows,) from x and a (rows, columns); images: rows, or 1, which is then taken for all */
__attribute__((export_name("log_prob"))) void log_prob(const float *x, int images, const float *a, float *out,
                                                       int rows, int columns) {
  for (int row = 0; row < rows; row++, a += columns, x += images > 1 ? columns : 0) {
    four sum = wasm_f32x4_const_splat(0);
    int i = 0;
    for (; i + LANES <= columns; i += LANES) sum += minus_log_prob(*(four *)(x + i), *(four *)(a + i));
    const four rest = minus_log_prob(last_of(x + i, columns - i), last_of(a + i, columns - i));
    float total = sum[0] + sum[1] + sum[2] + sum[3];
    for (int j = 0; j < columns - i; j++) total += rest[j];
    out[row] = -total;
  }
}

/* out (rows, columns): g (rows,) times the gradient of log_prob in the logits a */
__attribute__((export_name("log_prob_gradient"))) void log_prob_gradient(const float *g, const float *x, int images,
                                                                         const float *a, float *out, int rows,
                                                                         int columns) {
  for (int row = 0; row < rows; row++, a += columns, out += columns, x += images > 1 ? columns : 0) {
    int i = 0;
    for (; i + LANES <= columns; i += LANES)
      *(four *)(out + i) = gradient_of(g[row], *(four *)(x + i), *(four *)(a + i));
    const four rest = gradient_of(g[row], last_of(x + i, columns - i), last_of(a + i, columns - i));
    put_last(out + i, rest, columns - i);
  }
}

/* ADAM's step of n parameters; correction1, correction2: 1 - beta1^t and 1 - beta2^t */
__attribute__((export_name("adam"))) void adam(float *restrict theta, const float *restrict g, float *restrict m,
                                               float *restrict v, int n, float alpha, float beta1, float rest1,
                                               float beta2, float rest2, float correction1, float correction2,
                                               float eps) {
  for (int i = 0; i < n; i++) {
    m[i] = beta1 * m[i] + rest1 * g[i];
    v[i] = beta2 * v[i] + rest2 * (g[i] * g[i]);
    theta[i] += alpha * (m[i] / correction1) / (__builtin_sqrtf(v[i] / correction2) + eps);
  }
}
