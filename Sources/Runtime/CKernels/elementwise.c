// Elementwise operations: a chunk is loaded into the compute type, worked on, and rounded once on its way out.
#include "functions.h"
#include "paths.h"

#define T double
#define NAME(name) name##_double
#define CALL(name) name##_d
#include "floats.inc"

#define LOOP(EXPRESSION)                                                                                              \
  for (int64_t i = 0; i < n; i++) {                                                                                   \
    int64_t x = in[i];                                                                                                \
    out[i] = (EXPRESSION);                                                                                            \
  }                                                                                                                   \
  break;

// Unsigned arithmetic wraps; signed overflow would be undefined.
#define WRAP(EXPRESSION) ((int64_t)(EXPRESSION))
typedef uint64_t u64;

static void unary_int64(ck_unary_op op, int64_t n, const int64_t *in, int64_t *out) {
  switch (op) {
  case ck_neg: LOOP(WRAP(0 - (u64)x))
  case ck_abs: LOOP(x < 0 ? WRAP(0 - (u64)x) : x)
  case ck_sign: LOOP((x > 0) - (x < 0))
  case ck_square: LOOP(WRAP((u64)x * (u64)x))
  case ck_relu: LOOP(x > 0 ? x : 0)
  case ck_relu6: LOOP(x < 0 ? 0 : x > 6 ? 6 : x)
  case ck_bitwise_not: LOOP(~x)
  case ck_is_nan: case ck_is_inf: LOOP(0 & x)
  case ck_is_finite: LOOP(1 | (x & 0))
  case ck_logical_not: LOOP(x == 0)
  default: LOOP(x)
  }
}

#undef LOOP
#define LOOP(EXPRESSION)                                                                                              \
  for (int64_t i = 0; i < n; i++) {                                                                                   \
    int64_t x = a[i], y = b[i];                                                                                       \
    out[i] = (EXPRESSION);                                                                                            \
  }                                                                                                                   \
  break;

// Division by zero is refused before a kernel runs; the least int64 over -1 wraps.
static inline int64_t quotient(int64_t x, int64_t y) { return y == -1 ? WRAP(0 - (u64)x) : y == 0 ? 0 : x / y; }
static inline int64_t rest_of(int64_t x, int64_t y) { return y == -1 || y == 0 ? 0 : x % y; }
static inline int64_t floored(int64_t x, int64_t y) {
  int64_t rest = rest_of(x, y);
  return quotient(x, y) - (rest != 0 && (rest < 0) != (y < 0));
}
static inline int64_t floored_rest(int64_t x, int64_t y) {
  int64_t rest = rest_of(x, y);
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}
static inline int64_t int_power(int64_t base, int64_t exponent) {
  if (exponent < 0) { return base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0; }
  u64 result = 1, factor = (u64)base;
  for (; exponent > 0; exponent >>= 1, factor *= factor) {
    if (exponent & 1) { result *= factor; }
  }
  return (int64_t)result;
}
static inline int64_t shifted_left(int64_t x, int64_t y) { return y < 0 || y > 63 ? 0 : WRAP((u64)x << y); }
static inline int64_t shifted_right(int64_t x, int64_t y) { return x >> (y < 0 || y > 63 ? 63 : y); }

static void binary_int64(ck_binary_op op, int64_t n, const int64_t *a, const int64_t *b, int64_t *out) {
  switch (op) {
  case ck_add: LOOP(WRAP((u64)x + (u64)y))
  case ck_sub: LOOP(WRAP((u64)x - (u64)y))
  case ck_mul: LOOP(WRAP((u64)x * (u64)y))
  case ck_floor_divide: LOOP(floored(x, y))
  case ck_div: case ck_trunc_divide: LOOP(quotient(x, y))
  case ck_remainder: LOOP(floored_rest(x, y))
  case ck_fmod: LOOP(rest_of(x, y))
  case ck_pow: LOOP(int_power(x, y))
  case ck_maximum: LOOP(x > y ? x : y)
  case ck_minimum: LOOP(x < y ? x : y)
  case ck_bitwise_and: LOOP(x & y)
  case ck_bitwise_or: LOOP(x | y)
  case ck_bitwise_xor: LOOP(x ^ y)
  case ck_shift_left: LOOP(shifted_left(x, y))
  case ck_shift_right: LOOP(shifted_right(x, y))
  case ck_eq: LOOP(x == y)
  case ck_ne: LOOP(x != y)
  case ck_lt: LOOP(x < y)
  case ck_le: LOOP(x <= y)
  case ck_gt: LOOP(x > y)
  case ck_ge: LOOP(x >= y)
  case ck_logical_and: LOOP(x != 0 && y != 0)
  case ck_logical_or: LOOP(x != 0 || y != 0)
  case ck_logical_xor: LOOP((x != 0) != (y != 0))
  default: break;
  }
}

typedef union {
  float f[ck_chunk];
  double d[ck_chunk];
  int64_t i[ck_chunk];
} chunk;

static void load(int32_t compute, ck_source source, int64_t offset, int64_t stride, int64_t n, chunk *out) {
  const void *data = ck_at(source, offset);
  switch (compute) {
  case ck_float32: ck_load_float(source.dtype, data, stride, n, out->f); break;
  case ck_float64: ck_load_double(source.dtype, data, stride, n, out->d); break;
  default: ck_load_int64(source.dtype, data, stride, n, out->i); break;
  }
}

static void store(int32_t compute, const chunk *values, int64_t n, int32_t dtype, void *out) {
  switch (compute) {
  case ck_float32: ck_store_float(dtype, values->f, n, out, 1); break;
  case ck_float64: ck_store_double(dtype, values->d, n, out, 1); break;
  default: ck_store_int64(dtype, values->i, n, out, 1); break;
  }
}

// Strides of a contiguous target, so that merging dimensions keeps its order.
static void contiguous(int32_t rank, const int64_t *shape, int64_t *strides) {
  int64_t step = 1;
  for (int32_t d = rank - 1; d >= 0; d--) { strides[d] = step, step *= shape[d]; }
}

// Contiguous float32 is worked on where it lies; all else by way of chunks.
static bool is_plain(ck_source source, int64_t stride, int32_t compute) {
  return source.dtype == compute && compute == ck_float32 && stride == 1;
}

void ck_unary(ck_unary_op op, const double *parameters, int32_t compute, int32_t rank, const int64_t *shape,
              ck_source a, void *out, int32_t out_dtype) {
  ck_walk walk;
  ck_walk_start(&walk, rank, shape, 1, (const int64_t *const[]){a.strides});
  const ck_path *path = ck_path_in_use();
  char *target = out;
  chunk x, result;
  for (; !walk.done; ck_walk_next(&walk)) {
    int64_t total = ck_inner_count(&walk), step = ck_inner_stride(&walk, 0);
    if (is_plain(a, step, compute) && out_dtype == compute) {
      path->unary(op, parameters, total, ck_at(a, walk.offset[0]), (float *)target);
      target += total * ck_size(out_dtype);
      continue;
    }
    for (int64_t start = 0; start < total; start += ck_chunk) {
      int64_t n = total - start < ck_chunk ? total - start : ck_chunk;
      load(compute, a, walk.offset[0] + start * step, step, n, &x);
      switch (compute) {
      case ck_float32: path->unary(op, parameters, n, x.f, result.f); break;
      case ck_float64: unary_double(op, parameters, n, x.d, result.d); break;
      default: unary_int64(op, n, x.i, result.i); break;
      }
      store(compute, &result, n, out_dtype, target);
      target += n * ck_size(out_dtype);
    }
  }
}

void ck_binary(ck_binary_op op, int32_t compute, int32_t rank, const int64_t *shape, ck_source a, ck_source b,
               void *out, int32_t out_dtype) {
  ck_walk walk;
  ck_walk_start(&walk, rank, shape, 2, (const int64_t *const[]){a.strides, b.strides});
  const ck_path *path = ck_path_in_use();
  char *target = out;
  chunk x, y, result;
  for (; !walk.done; ck_walk_next(&walk)) {
    int64_t total = ck_inner_count(&walk), a_step = ck_inner_stride(&walk, 0), b_step = ck_inner_stride(&walk, 1);
    bool plain_a = is_plain(a, a_step, compute), plain_b = is_plain(b, b_step, compute);
    if (plain_a && plain_b && out_dtype == compute) {
      path->binary(op, total, ck_at(a, walk.offset[0]), ck_at(b, walk.offset[1]), (float *)target);
      target += total * ck_size(out_dtype);
      continue;
    }
    for (int64_t start = 0; start < total; start += ck_chunk) {
      int64_t n = total - start < ck_chunk ? total - start : ck_chunk;
      int64_t a_at = walk.offset[0] + start * a_step, b_at = walk.offset[1] + start * b_step;
      if (!plain_a && (a_step != 0 || start == 0)) { load(compute, a, a_at, a_step, n, &x); }
      if (!plain_b && (b_step != 0 || start == 0)) { load(compute, b, b_at, b_step, n, &y); }
      switch (compute) {
      case ck_float32: {
        const float *first = plain_a ? ck_at(a, a_at) : x.f, *second = plain_b ? ck_at(b, b_at) : y.f;
        path->binary(op, n, first, second, out_dtype == ck_float32 ? (float *)target : result.f);
        break;
      }
      case ck_float64: binary_double(op, n, x.d, y.d, result.d); break;
      default: binary_int64(op, n, x.i, y.i, result.i); break;
      }
      if (compute != ck_float32 || out_dtype != ck_float32) { store(compute, &result, n, out_dtype, target); }
      target += n * ck_size(out_dtype);
    }
  }
}

void ck_where(int64_t size, int32_t rank, const int64_t *shape, ck_source condition, ck_source a, ck_source b,
              void *out) {
  int64_t strides[ck_max_rank];
  contiguous(rank, shape, strides);
  ck_walk walk;
  ck_walk_start(&walk, rank, shape, 4, (const int64_t *const[]){condition.strides, a.strides, b.strides, strides});
  for (; !walk.done; ck_walk_next(&walk)) {
    const uint8_t *chosen = (const uint8_t *)condition.data + walk.offset[0];
    const char *first = ck_at(a, walk.offset[1]), *second = ck_at(b, walk.offset[2]);
    char *target = (char *)out + walk.offset[3] * size;
    for (int64_t i = 0; i < ck_inner_count(&walk); i++) {
      const char *from = chosen[i * ck_inner_stride(&walk, 0)] ? first + i * ck_inner_stride(&walk, 1) * size
                                                               : second + i * ck_inner_stride(&walk, 2) * size;
      memcpy(target + i * ck_inner_stride(&walk, 3) * size, from, (size_t)size);
    }
  }
}

bool ck_any_zero(int32_t rank, const int64_t *shape, ck_source a) {
  ck_walk walk;
  ck_walk_start(&walk, rank, shape, 1, (const int64_t *const[]){a.strides});
  for (; !walk.done; ck_walk_next(&walk)) {
    for (int64_t i = 0; i < ck_inner_count(&walk); i++) {
      int64_t value;
      ck_load_int64(a.dtype, ck_at(a, walk.offset[0] + i * ck_inner_stride(&walk, 0)), 1, 1, &value);
      if (value == 0) { return true; }
    }
  }
  return false;
}
