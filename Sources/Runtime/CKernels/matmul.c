// Matrix products: float types go to the path in use, int64 to a loop of its own.
#include "paths.h"

// Unsigned arithmetic wraps; signed overflow would be undefined.
static void product_int64(const ck_product *product) {
  const ck_matrix a = product->a, b = product->b;
  const int64_t *bias = product->bias;
  for (int64_t i = 0; i < product->m; i++) {
    uint64_t *out = (uint64_t *)product->out + i * product->out_step;
    for (int64_t j = 0; j < product->n; j++) { out[j] = bias ? (uint64_t)bias[j] : 0; }
    for (int64_t p = 0; p < product->k; p++) {
      uint64_t x = (uint64_t)((const int64_t *)a.data)[i * a.row_stride + p * a.column_stride];
      const int64_t *y = (const int64_t *)b.data + p * b.row_stride;
      for (int64_t j = 0; j < product->n; j++) { out[j] += x * (uint64_t)y[j * b.column_stride]; }
    }
  }
}

bool ck_multiply(int32_t dtype, const ck_product *product) {
  const ck_path *path = ck_path_in_use();
  switch (dtype) {
  case ck_float32: return path->product_float(product);
  case ck_float64: return path->product_double(product);
  case ck_bfloat16: {
    // Lessons' own sizes keep numbers below 2^-126 on every path.
    double work = (double)product->m * (double)product->n * (double)product->k;
    return work < 32768 ? path->product_bfloat16(product) : path->product_bfloat16_large(product);
  }
  default: product_int64(product); return true;
  }
}

bool ck_matmul(int32_t dtype, int64_t m, int64_t n, int64_t k, ck_matrix a, ck_matrix b, const void *bias, void *out) {
  ck_product product = {.m = m, .n = n, .k = k, .a = a, .b = b, .bias = bias, .out = out};
  product.out_step = n, product.out_dtype = dtype;
  return ck_multiply(dtype, &product);
}
