// Elementwise operations: a chunk is loaded into the compute type, worked on, and rounded once on its way out.
#include "convert.h"

// Float32 functions go through double: results are correctly rounded but for about one case in 2^29, hence alike on
// every machine whatever its math library.
#define THROUGH_DOUBLE(NAME, EXPRESSION)                                                                              \
  static inline double NAME##_d(double x) { return EXPRESSION; }                                                      \
  static inline float NAME##_f(float x) { return (float)NAME##_d((double)x); }

THROUGH_DOUBLE(f_exp, exp(x))
THROUGH_DOUBLE(f_exp2, exp2(x))
THROUGH_DOUBLE(f_expm1, expm1(x))
THROUGH_DOUBLE(f_log, log(x))
THROUGH_DOUBLE(f_log2, log2(x))
THROUGH_DOUBLE(f_log10, log10(x))
THROUGH_DOUBLE(f_log1p, log1p(x))
THROUGH_DOUBLE(f_sin, sin(x))
THROUGH_DOUBLE(f_cos, cos(x))
THROUGH_DOUBLE(f_tan, tan(x))
THROUGH_DOUBLE(f_asin, asin(x))
THROUGH_DOUBLE(f_acos, acos(x))
THROUGH_DOUBLE(f_atan, atan(x))
THROUGH_DOUBLE(f_sinh, sinh(x))
THROUGH_DOUBLE(f_cosh, cosh(x))
THROUGH_DOUBLE(f_tanh, tanh(x))
THROUGH_DOUBLE(f_erf, erf(x))
THROUGH_DOUBLE(f_rsqrt, 1 / sqrt(x))
THROUGH_DOUBLE(f_sigmoid, 1 / (1 + exp(-x)))
THROUGH_DOUBLE(f_silu, x / (1 + exp(-x)))
// Hendrycks and Gimpel, https://arxiv.org/abs/1606.08415: x times the normal distribution function, and its tanh form.
THROUGH_DOUBLE(f_gelu, x * 0.5 * (1 + erf(x * M_SQRT1_2)))
THROUGH_DOUBLE(f_gelu_tanh, 0.5 * x * (1 + tanh(M_2_SQRTPI * M_SQRT1_2 * (x + 0.044715 * x * x * x))))
THROUGH_DOUBLE(f_log_sigmoid, fmin(x, 0) - log1p(exp(-fabs(x))))
// Misra, https://arxiv.org/abs/1908.08681: x tanh(softplus(x)).
THROUGH_DOUBLE(f_mish, x * tanh(x > 20 ? x : log1p(exp(x))))

static inline double softplus(double x, const double *p) { return x * p[0] > p[1] ? x : log1p(exp(x * p[0])) / p[0]; }
static inline double elu(double x, const double *p) { return x > 0 ? x : p[0] * expm1(x); }

#define LOOP(EXPRESSION)                                                                                              \
  for (int64_t i = 0; i < n; i++) {                                                                                   \
    T x = in[i];                                                                                                      \
    out[i] = (T)(EXPRESSION);                                                                                         \
  }                                                                                                                   \
  break;

#define FLOAT_UNARY(NAME, TYPE, S, SQRT, FLOOR, CEIL, RINT, TRUNC, ABS)                                               \
  static void NAME(ck_unary_op op, const double *p, int64_t n, const TYPE *in, TYPE *out) {                           \
    typedef TYPE T;                                                                                                   \
    switch (op) {                                                                                                     \
    case ck_neg: LOOP(-x)                                                                                             \
    case ck_abs: LOOP(ABS(x))                                                                                         \
    case ck_sign: LOOP((x > 0) - (x < 0))                                                                             \
    case ck_square: LOOP(x * x)                                                                                       \
    case ck_sqrt: LOOP(SQRT(x))                                                                                       \
    case ck_rsqrt: LOOP(f_rsqrt_##S(x))                                                                               \
    case ck_reciprocal: LOOP(1 / x)                                                                                   \
    case ck_exp: LOOP(f_exp_##S(x))                                                                                   \
    case ck_exp2: LOOP(f_exp2_##S(x))                                                                                 \
    case ck_expm1: LOOP(f_expm1_##S(x))                                                                               \
    case ck_log: LOOP(f_log_##S(x))                                                                                   \
    case ck_log2: LOOP(f_log2_##S(x))                                                                                 \
    case ck_log10: LOOP(f_log10_##S(x))                                                                               \
    case ck_log1p: LOOP(f_log1p_##S(x))                                                                               \
    case ck_sin: LOOP(f_sin_##S(x))                                                                                   \
    case ck_cos: LOOP(f_cos_##S(x))                                                                                   \
    case ck_tan: LOOP(f_tan_##S(x))                                                                                   \
    case ck_asin: LOOP(f_asin_##S(x))                                                                                 \
    case ck_acos: LOOP(f_acos_##S(x))                                                                                 \
    case ck_atan: LOOP(f_atan_##S(x))                                                                                 \
    case ck_sinh: LOOP(f_sinh_##S(x))                                                                                 \
    case ck_cosh: LOOP(f_cosh_##S(x))                                                                                 \
    case ck_tanh: LOOP(f_tanh_##S(x))                                                                                 \
    case ck_erf: LOOP(f_erf_##S(x))                                                                                   \
    case ck_floor: LOOP(FLOOR(x))                                                                                     \
    case ck_ceil: LOOP(CEIL(x))                                                                                       \
    case ck_round: LOOP(RINT(x))                                                                                      \
    case ck_trunc: LOOP(TRUNC(x))                                                                                     \
    case ck_frac: LOOP(x - TRUNC(x))                                                                                  \
    case ck_relu: LOOP(x < 0 ? 0 : x)                                                                                 \
    case ck_relu6: LOOP(x < 0 ? 0 : x > 6 ? 6 : x)                                                                    \
    case ck_sigmoid: LOOP(f_sigmoid_##S(x))                                                                           \
    case ck_silu: LOOP(f_silu_##S(x))                                                                                 \
    case ck_gelu: LOOP(f_gelu_##S(x))                                                                                 \
    case ck_gelu_tanh: LOOP(f_gelu_tanh_##S(x))                                                                       \
    case ck_softplus: LOOP(softplus((double)x, p))                                                                    \
    case ck_elu: LOOP(elu((double)x, p))                                                                              \
    case ck_leaky_relu: LOOP(x > 0 ? x : x * (T)p[0])                                                                 \
    case ck_mish: LOOP(f_mish_##S(x))                                                                                 \
    case ck_hardswish: LOOP(x * (x < -3 ? 0 : x > 3 ? 6 : x + 3) / 6)                                                 \
    case ck_hardsigmoid: LOOP((x < -3 ? 0 : x > 3 ? 6 : x + 3) / 6)                                                   \
    case ck_log_sigmoid: LOOP(f_log_sigmoid_##S(x))                                                                   \
    case ck_is_nan: LOOP(x != x)                                                                                      \
    case ck_is_inf: LOOP(isinf(x) != 0)                                                                               \
    case ck_is_finite: LOOP(isfinite(x) != 0)                                                                         \
    case ck_logical_not: LOOP(x == 0)                                                                                 \
    default: LOOP(x)                                                                                                  \
    }                                                                                                                 \
  }

FLOAT_UNARY(unary_float, float, f, sqrtf, floorf, ceilf, rintf, truncf, fabsf)
FLOAT_UNARY(unary_double, double, d, sqrt, floor, ceil, rint, trunc, fabs)

// Unsigned arithmetic wraps; signed overflow would be undefined.
#define WRAP(EXPRESSION) ((int64_t)(EXPRESSION))
typedef uint64_t u64;

static void unary_int64(ck_unary_op op, int64_t n, const int64_t *in, int64_t *out) {
  typedef int64_t T;
  switch (op) {
  case ck_neg: LOOP(WRAP(0 - (u64)x))
  case ck_abs: LOOP(x < 0 ? WRAP(0 - (u64)x) : x)
  case ck_sign: LOOP((x > 0) - (x < 0))
  case ck_square: LOOP(WRAP((u64)x * (u64)x))
  case ck_relu: LOOP(x > 0 ? x : 0)
  case ck_relu6: LOOP(x < 0 ? 0 : x > 6 ? 6 : x)
  case ck_bitwise_not: LOOP(~x)
  case ck_is_nan: case ck_is_inf: LOOP(0)
  case ck_is_finite: LOOP(1)
  case ck_logical_not: LOOP(x == 0)
  default: LOOP(x)
  }
}

#undef LOOP
#define LOOP(EXPRESSION)                                                                                              \
  for (int64_t i = 0; i < n; i++) {                                                                                   \
    T x = a[i], y = b[i];                                                                                             \
    out[i] = (T)(EXPRESSION);                                                                                         \
  }                                                                                                                   \
  break;

// Python's rules: the quotient is floored, the remainder has the divisor's sign.
static inline double floor_quotient(double x, double y) {
  if (y == 0) { return x / y; }
  double rest = fmod(x, y), quotient = (x - rest) / y;
  if (rest != 0 && (y < 0) != (rest < 0)) { quotient -= 1; }
  if (quotient == 0) { return copysign(0, x / y); }
  double floored = floor(quotient);
  return quotient - floored > 0.5 ? floored + 1 : floored;
}
static inline float floor_quotient_f(float x, float y) {
  if (y == 0) { return x / y; }
  float rest = fmodf(x, y), quotient = (x - rest) / y;
  if (rest != 0 && (y < 0) != (rest < 0)) { quotient -= 1; }
  if (quotient == 0) { return copysignf(0, x / y); }
  float floored = floorf(quotient);
  return quotient - floored > 0.5f ? floored + 1 : floored;
}
static inline double floor_remainder(double x, double y) {
  double rest = fmod(x, y);
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}
static inline float floor_remainder_f(float x, float y) {
  float rest = fmodf(x, y);
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}
static inline float power_f(float x, float y) { return (float)pow((double)x, (double)y); }
static inline float atan2_f(float x, float y) { return (float)atan2((double)x, (double)y); }

#define FLOAT_BINARY(NAME, TYPE, TRUNC, FLOOR_DIVIDE, REMAINDER, FMOD, POW, ATAN2)                                    \
  static void NAME(ck_binary_op op, int64_t n, const TYPE *a, const TYPE *b, TYPE *out) {                             \
    typedef TYPE T;                                                                                                   \
    switch (op) {                                                                                                     \
    case ck_add: LOOP(x + y)                                                                                          \
    case ck_sub: LOOP(x - y)                                                                                          \
    case ck_mul: LOOP(x *y)                                                                                           \
    case ck_div: LOOP(x / y)                                                                                          \
    case ck_floor_divide: LOOP(FLOOR_DIVIDE(x, y))                                                                    \
    case ck_trunc_divide: LOOP(TRUNC(x / y))                                                                          \
    case ck_remainder: LOOP(REMAINDER(x, y))                                                                          \
    case ck_fmod: LOOP(FMOD(x, y))                                                                                    \
    case ck_pow: LOOP(POW(x, y))                                                                                      \
    case ck_maximum: LOOP(x != x ? x : y != y ? y : x > y ? x : y)                                                    \
    case ck_minimum: LOOP(x != x ? x : y != y ? y : x < y ? x : y)                                                    \
    case ck_atan2: LOOP(ATAN2(x, y))                                                                                  \
    case ck_eq: LOOP(x == y)                                                                                          \
    case ck_ne: LOOP(x != y)                                                                                          \
    case ck_lt: LOOP(x < y)                                                                                           \
    case ck_le: LOOP(x <= y)                                                                                          \
    case ck_gt: LOOP(x > y)                                                                                           \
    case ck_ge: LOOP(x >= y)                                                                                          \
    case ck_logical_and: LOOP(x != 0 && y != 0)                                                                       \
    case ck_logical_or: LOOP(x != 0 || y != 0)                                                                        \
    case ck_logical_xor: LOOP((x != 0) != (y != 0))                                                                   \
    default: LOOP(x)                                                                                                  \
    }                                                                                                                 \
  }

FLOAT_BINARY(binary_float, float, truncf, floor_quotient_f, floor_remainder_f, fmodf, power_f, atan2_f)
FLOAT_BINARY(binary_double, double, trunc, floor_quotient, floor_remainder, fmod, pow, atan2)

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
  typedef int64_t T;
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
  default: LOOP(x)
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

void ck_unary(ck_unary_op op, const double *parameters, int32_t compute, int32_t rank, const int64_t *shape,
              ck_source a, void *out, int32_t out_dtype) {
  ck_walk walk;
  ck_walk_start(&walk, rank, shape, 1, (const int64_t *const[]){a.strides});
  char *target = out;
  chunk x, result;
  for (; !walk.done; ck_walk_next(&walk)) {
    int64_t total = ck_inner_count(&walk), step = ck_inner_stride(&walk, 0);
    for (int64_t start = 0; start < total; start += ck_chunk) {
      int64_t n = total - start < ck_chunk ? total - start : ck_chunk;
      load(compute, a, walk.offset[0] + start * step, step, n, &x);
      switch (compute) {
      case ck_float32: unary_float(op, parameters, n, x.f, result.f); break;
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
  char *target = out;
  chunk x, y, result;
  for (; !walk.done; ck_walk_next(&walk)) {
    int64_t total = ck_inner_count(&walk), a_step = ck_inner_stride(&walk, 0), b_step = ck_inner_stride(&walk, 1);
    for (int64_t start = 0; start < total; start += ck_chunk) {
      int64_t n = total - start < ck_chunk ? total - start : ck_chunk;
      load(compute, a, walk.offset[0] + start * a_step, a_step, n, &x);
      load(compute, b, walk.offset[1] + start * b_step, b_step, n, &y);
      switch (compute) {
      case ck_float32: binary_float(op, n, x.f, y.f, result.f); break;
      case ck_float64: binary_double(op, n, x.d, y.d, result.d); break;
      default: binary_int64(op, n, x.i, y.i, result.i); break;
      }
      store(compute, &result, n, out_dtype, target);
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
