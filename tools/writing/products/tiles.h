/* A matrix product, out = A B, of NUMBERs; products.c includes this once for each kind of number.

   A is laid out in strips of 4 rows, B goes through a panel of 4 vectors' width that stays in the cache; where
   a strip and a panel meet, their sums stay in vector registers.

   out (n, m), without gaps, from A (n, k) and B (k, m).
   a_row, a_column, b_row, b_column: how many numbers lie between neighbours of a column, and of a row.
   scratch: room for k (n + 3 + COLUMNS) + COLUMNS numbers. */

#define COLUMNS (4 * LANES)

void NAME(const NUMBER *a, int a_row, int a_column, const NUMBER *b, int b_row, int b_column, NUMBER *out, int n,
          int k, int m, NUMBER *scratch) {
  NUMBER *const tail = scratch, *const panel = tail + COLUMNS, *const strips = panel + k * COLUMNS;
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
      const NUMBER *const strip = strips + top * k;
      v128_t sum[ROWS][4];
      for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < 4; j++) sum[i][j] = wasm_i32x4_const_splat(0);
      for (int l = 0; l < k; l++) {
        v128_t b_l[4];
        for (int j = 0; j < 4; j++) b_l[j] = wasm_v128_load(panel + l * COLUMNS + LANES * j);
        for (int i = 0; i < ROWS; i++) {
          const v128_t a_il = SPLAT(strip + l * ROWS + i);
          for (int j = 0; j < 4; j++) sum[i][j] = ADD(sum[i][j], TIMES(a_il, b_l[j]));
        }
      }
      for (int i = 0; i < ROWS && top + i < n; i++) {
        NUMBER *const goal = out + (top + i) * m + left;
        NUMBER *const here = width == COLUMNS ? goal : tail;
        for (int j = 0; j < 4; j++) wasm_v128_store(here + LANES * j, sum[i][j]);
        for (int j = 0; here == tail && j < width; j++) goal[j] = tail[j];
      }
    }
  }
}

#undef COLUMNS
#undef NAME
#undef NUMBER
#undef LANES
#undef SPLAT
#undef ADD
#undef TIMES
