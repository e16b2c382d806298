/* Matrix products for a page's Python, whose NumPy has no fast ones: tiles.h tells how.
   `make products` compiles them, with loops.c; they need no stack and no memory of their own. */

#include <wasm_simd128.h>

enum { ROWS = 4 };

#define NAME __attribute__((export_name("product"))) product
#define NUMBER float
#define LANES 4
#define SPLAT wasm_v128_load32_splat
#define ADD wasm_f32x4_add
#define TIMES wasm_f32x4_mul
#include "tiles.h"

#define NAME __attribute__((export_name("product_of_doubles"))) product_of_doubles
#define NUMBER double
#define LANES 2
#define SPLAT wasm_v128_load64_splat
#define ADD wasm_f64x2_add
#define TIMES wasm_f64x2_mul
#include "tiles.h"
