/* Matrix products of float32 for a page's Python, whose NumPy has no fast ones: out = A B.

   A is laid out in strips of 4 rows, B goes through a panel of 16 columns that stays in the cache; where a
   strip and a panel meet, 4 times 16 sums stay in vector registers.
   `make products` compiles it; it needs no stack and no memory of its own. */

#include <wasm_simd128.h>

enum { ROWS = 4, COLUMNS = 16 };

/* out (n, m), without gaps, from A (n, k) and B (k, m).
   a_row, a_column, b_row, b_column: how many numbers lie between neighbours of a column, and of a row.
   scratch: room for k (n + 3 + 16) + 16 numbers. */
__attribute__((export_name("product"))) void product(const float *a, int a_row, int a_column, const float *b,
                                                     int b_row, int b_column, float *out, int n, int k, int m,
                                                     float *scratch) {
  float *const tail = scratch, *const panel = tail + COLUMNS, *const strips = panel + k * COLUMNS;
  for (int top = 0; top < n; top += ROWS)
    for (int l = 0; l < k; l++)
      for (int i = 0; i < ROWS; i++)
        strips[top * k + l * ROWS + i] = top + i < n ? a[(top + i) * a_row + l * a_column] : 0;
  for (int left = 0; left < m; left += COLUMNS) {
    const int width = m - left < COLUMNS ? m - left : COLUMNS;
    for (int l = 0; l < k; l++)
      for (int j = 0; j < COLUMNS; j++)
        panel[l * COLUMNS + j] = j < width ? b[l * b_row + (left + j) * b_column] : 0;
    for (int top = 0; top < n; top += ROWS) {
      const float *const strip = strips + top * k;
      v128_t sum[ROWS][4];
      for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < 4; j++) sum[i][j] = wasm_f32x4_const_splat(0);
      for (int l = 0; l < k; l++) {
        v128_t b_l[4];
        for (int j = 0; j < 4; j++) b_l[j] = wasm_v128_load(panel + l * COLUMNS + 4 * j);
        for (int i = 0; i < ROWS; i++) {
          const v128_t a_il = wasm_v128_load32_splat(strip + l * ROWS + i);
          for (int j = 0; j < 4; j++) sum[i][j] = wasm_f32x4_add(sum[i][j], wasm_f32x4_mul(a_il, b_l[j]));
        }
      }
      for (int i = 0; i < ROWS && top + i < n; i++) {
        float *const goal = out + (top + i) * m + left;
        float *const here = width == COLUMNS ? goal : tail;
        for (int j = 0; j < 4; j++) wasm_v128_store(here + 4 * j, sum[i][j]);
        for (int j = 0; here == tail && j < width; j++) goal[j] = tail[j];
      }
    }
  }
}
