// Functions for float32, computed in double without branches, so that a compiler runs them on vectors. The relative error
// is below 2^-45, so that results rounded to float32 are nearly always the nearest number.
#pragma once

#include "convert.h"

#define CK_INLINE static inline __attribute__((always_inline, unused))

CK_INLINE uint64_t ck_wide_bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

CK_INLINE double ck_wide_from_bits(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// The value of a polynomial, whose coefficients begin with the constant.
#define CK_POLYNOMIAL(X, ...)                                                                                         \
  ({                                                                                                                  \
    const double coefficients[] = {__VA_ARGS__};                                                                      \
    int last = sizeof coefficients / sizeof *coefficients - 1;                                                        \
    double value = coefficients[last];                                                                                \
    for (int i = last - 1; i >= 0; i--) { value = __builtin_fma(value, X, coefficients[i]); }                         \
    value;                                                                                                            \
  })

// e^r - 1 = r + r^2 q(r) for |r| <= ln(2)/2; the fit of q is off by 2^-47.
CK_INLINE double ck_wide_near_expm1(double r) {
  double q = CK_POLYNOMIAL(r, 0.5, 0.1666666666664829, 0.04166666666665136, 0.008333333353729397, 0.0013888888905881542,
                           0.00019841208732536384, 2.4801536388690766e-05, 2.762511557828763e-06, 2.761380686153829e-07);
  return __builtin_fma(r * r, q, r);
}

// 2^n for the integer that adding 1.5 * 2^52 has left in the low bits.
CK_INLINE double ck_wide_power_of_two(double shifted) {
  return ck_wide_from_bits((ck_wide_bits(shifted) << 52) + (1023ull << 52));
}

// Beyond 700 all results are 0 or infinite in float32.
CK_INLINE double ck_wide_limited(double x) { return x > 700 ? 700 : x < -700 ? -700 : x; }

// e^x = 2^n e^r, x = n ln 2 + r.
CK_INLINE double ck_wide_exp(double x) {
  double limited = ck_wide_limited(x), shifted = __builtin_fma(limited, M_LOG2E, 0x1.8p52);
  double r = __builtin_fma(shifted - 0x1.8p52, -M_LN2, limited), scale = ck_wide_power_of_two(shifted);
  return __builtin_fma(scale, ck_wide_near_expm1(r), scale);
}

// For |x| below ln(2)/2 the scale is 1, and nothing cancels.
CK_INLINE double ck_wide_expm1(double x) {
  double limited = ck_wide_limited(x), shifted = __builtin_fma(limited, M_LOG2E, 0x1.8p52);
  double r = __builtin_fma(shifted - 0x1.8p52, -M_LN2, limited), scale = ck_wide_power_of_two(shifted);
  double result = __builtin_fma(scale, ck_wide_near_expm1(r), scale - 1);
  return x == 0 ? x : result;
}

// x = 2^e m with m in [sqrt(1/2), sqrt(2)]: sets e and returns ln m = 2 s + s^3 q(s^2), s = (m - 1) / (m + 1); the fit of q
// is off by 2^-44, which counts at most by a sixty-fourth.
CK_INLINE double ck_wide_log_parts(double x, double *e) {
  uint64_t distance = ck_wide_bits(x) - 0x3fe6a09e667f3bcd;
  // The exponent + 1024 as the last bits of a number between 2^52 and 2^53.
  *e = ck_wide_from_bits(((distance + (1024ull << 52)) >> 52) | 0x4330000000000000) - (0x1p52 + 1024);
  double m = ck_wide_from_bits((distance & 0xfffffffffffff) + 0x3fe6a09e667f3bcd), s = (m - 1) / (m + 1), square = s * s;
  double q = CK_POLYNOMIAL(square, 0.6666666666666208, 0.400000000112122, 0.2857142413651635, 0.22222862476849542,
                           0.18140185202493248, 0.166219470901774);
  return __builtin_fma(s * square, q, 2 * s);
}

// The logarithm of what is not a positive number.
CK_INLINE double ck_wide_log_end(double x, double result) {
  result = x == (double)INFINITY ? x : result;
  return x > 0 ? result : x == 0 ? -(double)INFINITY : (double)NAN;
}

CK_INLINE double ck_wide_log(double x) {
  double e, part = ck_wide_log_parts(x, &e);
  return ck_wide_log_end(x, __builtin_fma(e, M_LN2, part));
}

CK_INLINE double ck_wide_log2(double x) {
  double e, part = ck_wide_log_parts(x, &e);
  return ck_wide_log_end(x, __builtin_fma(part, M_LOG2E, e));
}

CK_INLINE double ck_wide_log10(double x) { return ck_wide_log(x) * M_LOG10E; }

// ln(1 + e^-|x|) = 2 s + s^3 q(s^2), s = e / (e + 2); the fit of q is off by 2^-42, which counts at most by an eighteenth. What
// float32 does not hold is 0, so that subtracting it changes no sign.
CK_INLINE double ck_wide_log1p_exp(double x) {
  double e = ck_wide_exp(-__builtin_fabs(x)), s = e / (e + 2), square = s * s;
  double q = CK_POLYNOMIAL(square, 0.666666666666553, 0.4000000001307283, 0.28571426110834636, 0.22222397987339562,
                           0.1817568486502958, 0.1549985838832558, 0.12153084209118163, 0.17809056531344034);
  double result = __builtin_fma(s * square, q, 2 * s);
  return result < 0x1p-150 ? 0 : result;
}

CK_INLINE double ck_wide_sinh(double x) {
  double m = ck_wide_expm1(__builtin_fabs(x));
  return __builtin_copysign(0.5 * (m + m / (m + 1)), x);
}

CK_INLINE double ck_wide_cosh(double x) {
  double e = ck_wide_exp(__builtin_fabs(x));
  return 0.5 * (e + 1 / e);
}

// The angle of a point in the first quadrant: atan(t) = t + t^3 q(t^2) for |t| <= tan(pi/8), after turning the point by 45 or
// 90 degrees where it is steeper; the fit of q is off by 2^-45.
CK_INLINE double ck_wide_steepness(double y, double x) {
  bool both = y == (double)INFINITY && x == (double)INFINITY;
  y = both ? 1 : y, x = both ? 1 : x;
  bool steep = y > 2.4142135623730951 * x, middle = y > 0.41421356237309503 * x;
  double above = steep ? -x : middle ? y - x : y, below = steep ? y : middle ? y + x : x == 0 ? 1 : x;
  double t = above / below, square = t * t;
  double q = CK_POLYNOMIAL(square, -0.3333333333333092, 0.19999999997723208, -0.14285713930151892, 0.11111089637647514,
                           -0.09090255665139077, 0.07681041344029722, -0.06550878776298272, 0.05168725600039612,
                           -0.027231188880779692);
  return (steep ? M_PI_2 : middle ? M_PI_4 : 0) + __builtin_fma(t * square, q, t);
}

CK_INLINE double ck_wide_atan2(double y, double x) {
  double angle = ck_wide_steepness(__builtin_fabs(y), __builtin_fabs(x));
  return __builtin_copysign(ck_wide_bits(x) >> 63 ? M_PI - angle : angle, y);
}

CK_INLINE double ck_wide_atan(double x) { return __builtin_copysign(ck_wide_steepness(__builtin_fabs(x), 1), x); }

// The other side of a right triangle whose longest one is 1.
CK_INLINE double ck_wide_side(double x) { return __builtin_elementwise_sqrt((1 - x) * (1 + x)); }
CK_INLINE double ck_wide_asin(double x) {
  return __builtin_copysign(ck_wide_steepness(__builtin_fabs(x), ck_wide_side(x)), x);
}
CK_INLINE double ck_wide_acos(double x) { return ck_wide_atan2(ck_wide_side(x), x); }

CK_INLINE double ck_wide_log_sigmoid(double x) { return (x < 0 ? x : 0) - ck_wide_log1p_exp(x); }

CK_INLINE double ck_wide_softplus(double x, double beta, double threshold) {
  double scaled = x * beta;
  return scaled > threshold ? x : ((scaled > 0 ? scaled : 0) + ck_wide_log1p_exp(scaled)) * (1 / beta);
}

// tanh(ln(1 + e)) = w / (w + 2) with w = e (e + 2); 0 where float32's is.
CK_INLINE double ck_wide_mish(double x) {
  double e = x < -150 ? 0 : ck_wide_exp(x > 40 ? 40 : x), w = e * (e + 2);
  return x * (w / (w + 2));
}

// Sine, cosine and tangent of x for |x| < 2^20: x = k pi/2 + r, |r| <= pi/4, with pi/2 in two parts, and Taylor polynomials to
// r^15 and r^16, whose error is below 2^-55.
typedef struct {
  double sine, cosine;
  // The low bits are k's.
  uint64_t quarters;
} ck_wide_turn;

CK_INLINE ck_wide_turn ck_wide_turned(double x) {
  double shifted = __builtin_fma(x, M_2_PI, 0x1.8p52), k = shifted - 0x1.8p52;
  double r = __builtin_fma(k, -0x1.1a62633145c07p-54, __builtin_fma(k, -0x1.921fb54442d18p0, x)), square = r * r;
  double s = CK_POLYNOMIAL(square, -1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800,
                           -1.0 / 1307674368000);
  double c = CK_POLYNOMIAL(square, -1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600,
                           -1.0 / 87178291200, 1.0 / 20922789888000);
  return (ck_wide_turn){__builtin_fma(s * square, r, r), __builtin_fma(c, square, 1), ck_wide_bits(shifted)};
}

// The sine of x + `quarter` pi/2.
CK_INLINE double ck_wide_sine(double x, uint64_t quarter) {
  ck_wide_turn turn = ck_wide_turned(x);
  turn.quarters += quarter;
  double result = turn.quarters & 1 ? turn.cosine : turn.sine;
  result = turn.quarters & 2 ? -result : result;
  return quarter == 0 && x == 0 ? x : result;
}

CK_INLINE double ck_wide_tan(double x) {
  ck_wide_turn turn = ck_wide_turned(x);
  double result = turn.quarters & 1 ? -turn.cosine / turn.sine : turn.sine / turn.cosine;
  return x == 0 ? x : result;
}

// x to the power of the whole number n from 0 to 15: exact where float32 might have to decide about a half.
CK_INLINE double ck_wide_whole_power(double x, double n) {
  uint64_t bits = ck_wide_bits(n + 0x1.8p52);
  double power = 1;
  for (int bit = 0; bit < 4; bit++, x *= x) { power = bits >> bit & 1 ? power * x : power; }
  return power;
}
CK_INLINE bool ck_is_small_whole(float n) { return n >= 0 && n <= 15 && __builtin_elementwise_trunc(n) == n; }

// x to the power of y, for finite numbers and x other than 0.
CK_INLINE double ck_wide_pow(double x, double y) {
  double size = ck_wide_exp(y * ck_wide_log(__builtin_fabs(x))), half = y * 0.5;
  bool whole = __builtin_elementwise_trunc(y) == y, odd = whole && __builtin_elementwise_trunc(half) != half;
  return x < 0 ? (odd ? -size : whole ? size : (double)NAN) : size;
}

// What is left of x after taking y away as often as it goes, with x's sign: exact for finite float32 numbers, y other than
// 0, and quotients below 2^29.
CK_INLINE double ck_wide_rest(double x, double y) {
  double size = __builtin_fabs(x), step = __builtin_fabs(y), times = __builtin_elementwise_trunc(size / step);
  double rest = __builtin_fma(-times, step, size);
  rest = rest < 0 ? rest + step : rest;
  rest = rest >= step ? rest - step : rest;
  return __builtin_copysign(rest, x);
}
