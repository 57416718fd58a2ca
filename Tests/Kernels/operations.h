// Elementwise operations on one number, in C's own types or extended precision, and how near to that a kernel must come.
#pragma once

#include "arrays.h"

static const double parameters[2] = {1, 20};

// The greatest error of a function, in units of the last place of its compute type, and beside that; 0: it is exact.
typedef struct {
  double units, absolute;
} accuracy;

// Those that functions.h states for float32; those of wide.h are nearly always the nearest. For
// float64 the C library's, or of the formula.
static accuracy accuracy_of(ck_unary_op op, int32_t compute) {
  bool wide = compute == ck_float64;
  switch (op) {
  case ck_exp2: case ck_expm1: case ck_log2: case ck_log10: case ck_sin: case ck_cos: case ck_tan: case ck_asin:
  case ck_acos: case ck_atan: case ck_sinh: case ck_cosh: case ck_exp: case ck_log: case ck_log_sigmoid: case ck_elu:
    return (accuracy){wide ? 4 : 1, 0};
  case ck_softplus: return (accuracy){wide ? 8 : 1, 0};
  case ck_mish: return (accuracy){wide ? 8 : 1, wide ? 0x1p-1060 : 0};
  case ck_log1p: case ck_tanh: case ck_erf: return (accuracy){wide ? 4 : 2, 0};
  // Where e^-x is beyond a double, they are 0; silu, like mish, multiplies a subnormal's error.
  case ck_sigmoid: return (accuracy){wide ? 4 : 3, wide ? 0x1p-1022 : 0};
  case ck_silu: return (accuracy){4, wide ? 0x1p-1012 : 0x1p-140};
  // Both lose digits where x is far below 0 and the result near it.
  case ck_gelu: return (accuracy){3, wide ? 0x1p-48 : 1.2e-8};
  case ck_gelu_tanh: return (accuracy){4, wide ? 0x1p-48 : 0x1p-20};
  default: return (accuracy){0, 0};
  }
}

static number slack_of(accuracy a, int32_t compute, number expected) {
  if (a.units == 0 || expected == 0 || !isfinite(expected)) { return (number)a.absolute; }
  bool wide = compute == ck_float64;
  int least = wide ? -1022 : -126, exponent = ilogbl(expected);
  return (number)a.units * ldexpl(1, (exponent < least ? least : exponent) - (wide ? 52 : 23)) + (number)a.absolute;
}

static number clamped(number x, number low, number high) { return x < low ? low : x > high ? high : x; }

static number function_of(ck_unary_op op, number x) {
  switch (op) {
  case ck_exp: return expl(x);
  case ck_exp2: return exp2l(x);
  case ck_expm1: return expm1l(x);
  case ck_log: return logl(x);
  case ck_log2: return log2l(x);
  case ck_log10: return log10l(x);
  case ck_log1p: return log1pl(x);
  case ck_sin: return sinl(x);
  case ck_cos: return cosl(x);
  case ck_tan: return tanl(x);
  case ck_asin: return asinl(x);
  case ck_acos: return acosl(x);
  case ck_atan: return atanl(x);
  case ck_sinh: return sinhl(x);
  case ck_cosh: return coshl(x);
  case ck_tanh: return tanhl(x);
  case ck_erf: return erfl(x);
  case ck_sigmoid: return 1 / (1 + expl(-x));
  case ck_silu: return x / (1 + expl(-x));
  case ck_gelu: return x / 2 * erfcl(-x * sqrtl(0.5L));
  case ck_gelu_tanh: return x / (1 + expl(-4 / sqrtl(2 * acosl(-1)) * (x + 0.044715L * x * x * x)));
  case ck_softplus: return x > 20 ? x : log1pl(expl(x));
  case ck_elu: return x > 0 ? x : expm1l(x);
  case ck_mish: return x * tanhl(x > 20 ? x : log1pl(expl(x)));
  case ck_log_sigmoid: return (x < 0 ? x : 0) - log1pl(expl(-fabsl(x)));
  default: return x;
  }
}

// Operations that are exact, or rounded once by IEEE 754, in one of C's types.
#define EXACT(T, SQRT)                                                                                                \
  static number exact_##T(ck_unary_op op, T x) {                                                                      \
    switch (op) {                                                                                                     \
    case ck_neg: return (number)-x;                                                                                   \
    case ck_abs: return fabsl((number)x);                                                                             \
    case ck_sign: return x > 0 ? 1 : x < 0 ? -1 : 0;                                                                  \
    case ck_square: return (number)(T)(x * x);                                                                        \
    case ck_cube: return (number)(T)((T)(x * x) * x);                                                                 \
    case ck_sqrt: return (number)SQRT(x);                                                                             \
    case ck_rsqrt: return (number)(T)(1 / SQRT(x));                                                                   \
    case ck_reciprocal: return (number)(T)(1 / x);                                                                    \
    case ck_floor: return floorl((number)x);                                                                          \
    case ck_ceil: return ceill((number)x);                                                                            \
    case ck_round: return nearbyintl((number)x);                                                                      \
    case ck_trunc: return truncl((number)x);                                                                          \
    case ck_frac: return (number)(T)(x - (T)truncl((number)x));                                                       \
    case ck_relu: return clamped((number)x, 0, INFINITY);                                                             \
    case ck_relu6: return clamped((number)x, 0, 6);                                                                   \
    case ck_clamp: return clamped((number)x, (number)parameters[0], (number)parameters[1]);                           \
    case ck_leaky_relu: return (number)(x > 0 ? x : (T)(x * (T)parameters[0]));                                       \
    case ck_hardswish: return (number)(T)((T)(x * (T)clamped((number)(T)(x + 3), 0, 6)) / 6);                         \
    case ck_hardsigmoid: return (number)(T)((T)clamped((number)(T)(x + 3), 0, 6) / 6);                                \
    case ck_is_nan: return x != x;                                                                                    \
    case ck_is_inf: return x == (T)INFINITY || x == (T)-INFINITY;                                                     \
    case ck_is_finite: return x - x == 0;                                                                             \
    case ck_logical_not: return x == 0;                                                                               \
    default: return function_of(op, (number)x);                                                                       \
    }                                                                                                                 \
  }
EXACT(float, sqrtf)
EXACT(double, sqrt)

static int64_t wrapped(__int128 value) { return (int64_t)(uint64_t)value; }

static int64_t whole_unary(ck_unary_op op, int64_t x) {
  switch (op) {
  case ck_neg: return wrapped(-(__int128)x);
  case ck_abs: return wrapped(x < 0 ? -(__int128)x : x);
  case ck_sign: return x > 0 ? 1 : x < 0 ? -1 : 0;
  case ck_square: return (int64_t)((uint64_t)x * (uint64_t)x);
  case ck_relu: return x > 0 ? x : 0;
  case ck_relu6: return x < 0 ? 0 : x > 6 ? 6 : x;
  case ck_bitwise_not: return -1 - x;
  case ck_is_nan: case ck_is_inf: return 0;
  case ck_is_finite: return 1;
  case ck_logical_not: return x == 0;
  default: return x;
  }
}

static number unary_of(ck_unary_op op, int32_t compute, number x) {
  switch (compute) {
  case ck_float32: return exact_float(op, (float)x);
  case ck_float64: return exact_double(op, (double)x);
  default: return whole_unary(op, (int64_t)x);
  }
}

static int64_t floored(int64_t x, int64_t y) {
  __int128 quotient = (__int128)x / y;
  return wrapped(quotient * y != x && (x < 0) != (y < 0) ? quotient - 1 : quotient);
}

static int64_t whole_power(int64_t x, int64_t y) {
  if (y < 0) { return x == 1 ? 1 : x == -1 ? (y % 2 == 0 ? 1 : -1) : 0; }
  if (y == 0) { return 1; }
  uint64_t root = (uint64_t)whole_power(x, y / 2);
  return (int64_t)(root * root * (y % 2 == 1 ? (uint64_t)x : 1));
}

static int64_t whole_binary(ck_binary_op op, int64_t x, int64_t y) {
  switch (op) {
  case ck_add: return wrapped((__int128)x + y);
  case ck_sub: return wrapped((__int128)x - y);
  case ck_mul: return (int64_t)((uint64_t)x * (uint64_t)y);
  case ck_floor_divide: return floored(x, y);
  case ck_div: case ck_trunc_divide: return wrapped((__int128)x / y);
  case ck_remainder: return wrapped((__int128)x - (__int128)floored(x, y) * y);
  case ck_fmod: return wrapped((__int128)x % y);
  case ck_pow: return whole_power(x, y);
  case ck_bitwise_and: return x & y;
  case ck_bitwise_or: return x | y;
  case ck_bitwise_xor: return x ^ y;
  case ck_shift_left: return y < 0 || y > 63 ? 0 : wrapped((__int128)x * ((__int128)1 << y));
  case ck_shift_right: return (int64_t)floorl(ldexpl((number)x, y < 0 || y > 63 ? -63 : -(int)y));
  default: return x;
  }
}

static bool compares(ck_binary_op op, number x, number y) {
  switch (op) {
  case ck_eq: return x == y;
  case ck_ne: return x != y;
  case ck_lt: return x < y;
  case ck_le: return x <= y;
  case ck_gt: return x > y;
  case ck_ge: return x >= y;
  case ck_logical_and: return x != 0 && y != 0;
  case ck_logical_or: return x != 0 || y != 0;
  default: return (x != 0) != (y != 0);
  }
}

static number floored_quotient(number x, number y) {
  number rest = fmodl(x, y), quotient = (x - rest) / y - (rest != 0 && (rest < 0) != (y < 0));
  return quotient == 0 ? copysignl(0, x / y) : quotient;
}

// powl of glibc 2.36 says that -infinity to the power of -2^63 is infinity.
static number power(number x, number y) { return isinf(x) ? (number)pow((double)x, (double)y) : powl(x, y); }

#define ROUNDED(T)                                                                                                    \
  static number rounded_##T(ck_binary_op op, T x, T y) {                                                              \
    number rest = fmodl((number)x, (number)y);                                                                        \
    bool differs = rest != 0 && (rest < 0) != (y < 0);                                                                \
    switch (op) {                                                                                                     \
    case ck_add: return (number)(T)(x + y);                                                                           \
    case ck_sub: return (number)(T)(x - y);                                                                           \
    case ck_mul: return (number)(T)(x * y);                                                                           \
    case ck_div: return (number)(T)(x / y);                                                                           \
    case ck_floor_divide: return y == 0 ? (number)(T)(x / y) : floored_quotient((number)x, (number)y);                \
    case ck_trunc_divide: return truncl((number)(T)(x / y));                                                          \
    case ck_remainder: return differs ? (number)(T)((T)rest + y) : rest;                                              \
    case ck_fmod: return rest;                                                                                        \
    case ck_pow: return power((number)x, (number)y);                                                                  \
    default: return atan2l((number)x, (number)y);                                                                     \
    }                                                                                                                 \
  }
ROUNDED(float)
ROUNDED(double)

static number binary_of(ck_binary_op op, int32_t compute, number x, number y) {
  if (compute == ck_float32) { x = (number)(float)x, y = (number)(float)y; }
  if (compute == ck_float64) { x = (number)(double)x, y = (number)(double)y; }
  if (op >= ck_eq) { return compares(op, x, y); }
  if (op == ck_maximum || op == ck_minimum) {
    if (isnan(x) || isnan(y)) { return NAN; }
    return (op == ck_maximum ? x > y : x < y) ? x : y;
  }
  switch (compute) {
  case ck_float32: return rounded_float(op, (float)x, (float)y);
  case ck_float64: return rounded_double(op, (double)x, (double)y);
  default: return whole_binary(op, (int64_t)x, (int64_t)y);
  }
}
