// Matrix products: float types go to the path in use, int64 to a loop of its own.
#include "paths.h"

#include <stdatomic.h>

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

typedef bool ck_multiplier(const ck_product *product);

typedef struct {
  const ck_product *product;
  ck_multiplier *multiply;
  int64_t size;
  _Atomic bool failed;
} ck_rows_call;

static void some_rows(void *context, int32_t worker, int64_t from, int64_t to) {
  ck_rows_call *call = context;
  ck_product part = *call->product;
  (void)worker;
  part.m = to - from;
  part.a.data = (const char *)part.a.data + from * part.a.row_stride * call->size;
  part.out = (char *)part.out + from * part.out_step * ck_size(part.out_dtype);
  if (!call->multiply(&part)) { atomic_store(&call->failed, true); }
}

// A product with few columns is shared by rows, the others share their columns themselves.
static bool share(ck_multiplier *multiply, int32_t dtype, const ck_product *product) {
  int32_t threads = ck_thread_count();
  if (threads < 2 || !ck_is_shared(product) || product->m < 2 * product->n || product->m < 32) {
    return multiply(product);
  }
  ck_rows_call call = {.product = product, .multiply = multiply, .size = ck_size(dtype)};
  // A multiple of the rows that kernels take together.
  int64_t grain = (product->m + threads - 1) / threads;
  ck_parallel(product->m, (grain + 23) / 24 * 24, some_rows, &call);
  return !atomic_load(&call.failed);
}

typedef bool ck_dotter(const ck_product *product, bool is_transposed);

// Up to so many rows are few, more of bfloat16 because there packing costs more beside the products; sums shorter than
// `least_dot` are added in order of k, as PyTorch adds them.
enum { few = 16, few_halves = 24, least_dot = 256 };

typedef struct {
  ck_multiplier *product;
  ck_dotter *dots;
} ck_multipliers;

static ck_multipliers multipliers(int32_t dtype, const ck_product *product) {
  const ck_path *path = ck_path_in_use();
  switch (dtype) {
  case ck_float32: return (ck_multipliers){path->product_float, path->dot_float};
  case ck_float64: return (ck_multipliers){path->product_double, path->dot_double};
  default: break;
  }
  // Lessons' own sizes keep numbers below 2^-126 on every path.
  double work = (double)product->m * (double)product->n * (double)product->k;
  return work < 32768 ? (ck_multipliers){path->product_bfloat16, path->dot_bfloat16}
                      : (ck_multipliers){path->product_bfloat16_large, path->dot_bfloat16_large};
}

void ck_activate(const ck_product *product, int64_t count, const void *values, void *out) {
  const int64_t one = 1;
  int32_t dtype = product->out_dtype, compute = dtype == ck_float64 ? ck_float64 : ck_float32;
  ck_unary(*product->activation, NULL, compute, 1, &count, (ck_source){values, &one, dtype}, out, dtype);
}

// For a product of few elements, which the nearest caches still hold.
static void activate_rows(const ck_product *product) {
  double values[ck_chunk];
  int64_t size = ck_size(product->out_dtype), rows = product->activation ? product->m : 0;
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t column = 0; column < product->n; column += ck_chunk) {
      int64_t count = product->n - column < ck_chunk ? product->n - column : ck_chunk;
      char *out = (char *)product->out + (row * product->out_step + column) * size;
      memcpy(values, out, (size_t)(count * size));
      ck_activate(product, count, values, out);
    }
  }
}

bool ck_multiply(int32_t dtype, const ck_product *product) {
  return ck_multiply_by(product->k >= least_dot, dtype, product);
}

// By shape alone, so that neither threads nor the layout decide about a result.
bool ck_multiply_by(bool dots, int32_t dtype, const ck_product *product) {
  if (dtype == ck_int64) {
    product_int64(product);
    return true;
  }
  if (dtype == ck_int8) { return share(ck_path_in_use()->product_int8, dtype, product); }
  ck_multipliers multiply = multipliers(dtype, product);
  bool has_few_rows = product->m <= (dtype == ck_bfloat16 ? few_halves : few);
  if (!dots || (!has_few_rows && product->n != 1)) { return share(multiply.product, dtype, product); }
  if (!multiply.dots(product, !has_few_rows)) { return false; }
  activate_rows(product);
  return true;
}

static int32_t result_dtype(int32_t dtype) { return dtype == ck_int8 ? ck_int32 : dtype; }

bool ck_matmul(int32_t dtype, int64_t m, int64_t n, int64_t k, ck_matrix a, ck_matrix b, const void *bias,
               const ck_unary_op *activation, void *out) {
  ck_product product = {.m = m, .n = n, .k = k, .a = a, .b = b, .bias = bias, .activation = activation, .out = out};
  product.out_step = n, product.out_dtype = result_dtype(dtype);
  // What many tiles look up is made for all of them.
  if (activation && dtype == ck_bfloat16) { ck_bfloat16_table(*activation, NULL, m * n); }
  return ck_multiply(dtype, &product);
}

typedef struct {
  const ck_product *product;
  const int64_t *a_starts, *b_starts;
  int32_t dtype;
  _Atomic bool failed;
} ck_batch_call;

static void some_products(void *context, int32_t worker, int64_t from, int64_t to) {
  ck_batch_call *call = context;
  int64_t size = ck_size(call->dtype);
  int64_t out_bytes = call->product->m * call->product->n * ck_size(result_dtype(call->dtype));
  (void)worker;
  for (int64_t i = from; i < to; i++) {
    ck_product product = *call->product;
    product.a.data = (const char *)product.a.data + call->a_starts[i] * size;
    product.b.data = (const char *)product.b.data + call->b_starts[i] * size;
    product.out = (char *)product.out + i * out_bytes;
    if (!ck_multiply(call->dtype, &product)) { atomic_store(&call->failed, true); }
  }
}

bool ck_matmul_batch(int32_t dtype, int64_t count, const int64_t *a_starts, const int64_t *b_starts, int64_t m,
                     int64_t n, int64_t k, ck_matrix a, ck_matrix b, void *out) {
  ck_product product = {.m = m, .n = n, .k = k, .a = a, .b = b, .out = out, .out_step = n};
  product.out_dtype = result_dtype(dtype);
  ck_batch_call call = {.product = &product, .a_starts = a_starts, .b_starts = b_starts, .dtype = dtype};
  // Each product on one thread when there are enough of them, else all threads on one product after the other.
  double work = (double)m * (double)n * (double)k, pieces = (1 << 18) / (work + 1);
  if (count >= ck_thread_count() && work * (double)count >= 1 << 20) {
    ck_parallel(count, (int64_t)pieces + 1, some_products, &call);
  } else {
    some_products(&call, 0, 0, count);
  }
  return !atomic_load(&call.failed);
}
