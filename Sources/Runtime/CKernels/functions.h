// Mathematical functions of one number. Those of float32 that matter for speed are polynomials without branches, so
// that a compiler runs them on vectors; every step is rounded as IEEE 754 says, so all machines get the same bits.
#pragma once

#include "wide.h"

// The polynomials' coefficients are minimax fits of the relative error over the interval that each comment names.

// 2^n e^r for |r| <= ln(2)/2: e^r = 1 + r + r^2 q(r) (fit: 2^-28). Adding 1.5 * 2^23 has rounded to n and left it in the
// low bits of `shifted`.
CK_INLINE float ck_exp_parts(float shifted, float r) {
  float q = __builtin_fmaf(0.00138146104f, r, 0.00836871006f);
  q = __builtin_fmaf(q, r, 0.041668389f);
  q = __builtin_fmaf(q, r, 0.166665211f);
  q = __builtin_fmaf(q, r, 0.49999994f);
  float power = __builtin_fmaf(r * r, q, r) + 1;
  // 2^n in two factors: n reaches from -150 to 128.
  uint32_t exponent = ck_bits(shifted) - 0x4b400000u;
  uint32_t half = (uint32_t)((int32_t)exponent >> 1);
  return power * ck_from_bits((half + 127) << 23) * ck_from_bits((exponent - half + 127) << 23);
}

// e^x, error below 1 unit in the last place: x = n ln 2 + r.
CK_INLINE float ck_exp_float(float x) {
  float limited = x > 89 ? 89 : x < -104 ? -104 : x;
  float shifted = __builtin_fmaf(limited, 1.44269504f, 0x1.8p23f), n = shifted - 0x1.8p23f;
  float r = __builtin_fmaf(n, -0.693359375f, limited);
  return ck_exp_parts(shifted, __builtin_fmaf(n, 2.12194440e-4f, r));
}

// 2^x, error below 1 unit.
CK_INLINE float ck_exp2_float(float x) {
  float limited = x > 129 ? 129 : x < -151 ? -151 : x, shifted = limited + 0x1.8p23f;
  return ck_exp_parts(shifted, (limited - (shifted - 0x1.8p23f)) * 0.693147182f);
}

// ln x, error below 1 unit: x = 2^e m with m in [sqrt(1/2), sqrt(2)], ln(1 + f) = f - f^2/2 + f^3 q(f) (fit: 2^-27).
CK_INLINE float ck_log_float(float x) {
  bool small = x < 0x1p-126f;
  float scaled = small ? x * 0x1p23f : x;
  uint32_t distance = ck_bits(scaled) - 0x3f3504f3u;
  float e = (float)((int32_t)distance >> 23) - (small ? 23.0f : 0.0f);
  float f = ck_from_bits((distance & 0x7fffff) + 0x3f3504f3u) - 1;
  float q = __builtin_fmaf(-0.0763442963f, f, 0.127615497f);
  q = __builtin_fmaf(q, f, -0.131601945f);
  q = __builtin_fmaf(q, f, 0.142017618f);
  q = __builtin_fmaf(q, f, -0.166233569f);
  q = __builtin_fmaf(q, f, 0.200012267f);
  q = __builtin_fmaf(q, f, -0.250008225f);
  q = __builtin_fmaf(q, f, 0.333333313f);
  float square = f * f;
  float low = __builtin_fmaf(e, -2.12194440e-4f, f * square * q);
  float result = __builtin_fmaf(e, 0.693359375f, __builtin_fmaf(-0.5f, square, low) + f);
  result = x == INFINITY ? x : result;
  return x > 0 ? result : x == 0 ? -INFINITY : NAN;
}

// ln(1 + x), error below 2 units: what rounding 1 + x loses is added to the result, where the derivative is 1 / (1 + x).
CK_INLINE float ck_log1p_float(float x) {
  float sum = 1 + x, lost = x < 1 ? x - (sum - 1) : 0, result = ck_log_float(sum) + lost / sum;
  return x == 0 ? x : x > -1 ? result : ck_log_float(sum);
}

// tanh x, error below 2 units: x + x^3 q(x^2) for |x| < 0.6 (fit: 2^-28), else 1 - 2 / (e^2|x| + 1).
CK_INLINE float ck_tanh_float(float x) {
  float size = __builtin_fabsf(x), s = x * x;
  float q = __builtin_fmaf(-0.00589515036f, s, 0.0207959637f);
  q = __builtin_fmaf(q, s, -0.0537838265f);
  q = __builtin_fmaf(q, s, 0.133319244f);
  q = __builtin_fmaf(q, s, -0.333332986f);
  float near = __builtin_copysignf(__builtin_fmaf(x * s, q, x), x);
  float far = __builtin_copysignf(1 - 2 / (ck_exp_float(2 * size) + 1), x);
  return size < 0.6f ? near : size >= 0.6f ? far : x;
}

// 1 / (1 + e^-x), error below 3 units.
CK_INLINE float ck_sigmoid_float(float x) {
  float e = ck_exp_float(-__builtin_fabsf(x));
  return (x < 0 ? e : 1) / (1 + e);
}

// e^(y^2) erfc(y) for y >= 0: p(u) / (y + 3), u = (y - 3) / (y + 3), fitted for y up to 10 (2^-29).
CK_INLINE float ck_scaled_erfc(float y) {
  float d = 1 / (y + 3), u = __builtin_fmaf(-6, d, 1);
  float p = __builtin_fmaf(-0.000326578273f, u, -0.000485583005f);
  p = __builtin_fmaf(p, u, 0.00307979062f);
  p = __builtin_fmaf(p, u, -0.00122521073f);
  p = __builtin_fmaf(p, u, -0.0268393476f);
  p = __builtin_fmaf(p, u, 0.119528867f);
  p = __builtin_fmaf(p, u, -0.310466081f);
  p = __builtin_fmaf(p, u, 0.590228319f);
  p = __builtin_fmaf(p, u, -0.88339448f);
  p = __builtin_fmaf(p, u, 1.07400692f);
  return p * d;
}

// The error function, error below 2 units: x + x q(x^2) for |x| < 1 (fit: 2^-29), else 1 - erfc.
CK_INLINE float ck_erf_float(float x) {
  float size = __builtin_fabsf(x), s = x * x;
  float q = __builtin_fmaf(7.85385782e-05f, s, -0.000801019254f);
  q = __builtin_fmaf(q, s, 0.00518832775f);
  q = __builtin_fmaf(q, s, -0.026853811f);
  q = __builtin_fmaf(q, s, 0.112835854f);
  q = __builtin_fmaf(q, s, -0.37612626f);
  q = __builtin_fmaf(q, s, 0.128379166f);
  float near = __builtin_fmaf(x, q, x);
  float far = __builtin_copysignf(1 - ck_exp_float(-s) * ck_scaled_erfc(size), x);
  return size < 1 ? near : size >= 1 ? far : x;
}

// The normal distribution function of -t: in piece k, |t - k w| <= w / 2 for w = 13/32, a polynomial in t - k w. Fitted
// to the relative error, which is below 2^-24 for t < 2.6 and grows to 2^-14 at t = 5.9, where the value is 2e-9; from
// there on it is zero.
enum { ck_gelu_degree = 5, ck_gelu_pieces = 16 };
static const float ck_gelu_table[ck_gelu_degree + 1][ck_gelu_pieces] __attribute__((aligned(64), unused)) = {
    {0.5f, 0.342279464f, 0.2082524f, 0.111469552f, 0.0520812757f, 0.0211148169f, 0.00739460578f, 0.00222930079f,
     0.000577025348f, 0.000127966123f, 2.42750812e-05f, 3.9339352e-06f, 5.44050522e-07f, 6.41542854e-08f, 6.44586073e-09f, 0},
    {-0.398942262f, -0.367343396f, -0.286786646f, -0.189832285f, -0.106538296f, -0.0506950915f, -0.0204526894f, -0.00699614687f,
     -0.00202904083f, -0.000498936337f, -0.000104020881f, -1.83871762e-05f, -2.75566322e-06f, -3.50147104e-07f, -3.77210938e-08f, 0},
    {6.63505784e-09f, 0.0746140257f, 0.116504394f, 0.115678325f, 0.0865633115f, 0.0514883697f, 0.0249272678f, 0.00994766224f,
     0.00329704117f, 0.000912001298f, 0.000211239283f, 4.10665525e-05f, 6.71263751e-06f, 9.23770358e-07f, 1.07138952e-07f, 0},
    {0.0664885342f, 0.0511152633f, 0.0162405968f, -0.0153555861f, -0.029128518f, -0.0264088959f, -0.0168428849f, -0.00826372206f,
     -0.00323452405f, -0.0010290551f, -0.000269065989f, -5.82328539e-05f, -1.0483277e-05f, -1.57537136e-06f, -1.98141862e-07f, 0},
    {-2.0926953e-07f, -0.0174579546f, -0.0225419868f, -0.0145543553f, -0.00265673269f, 0.00475108903f, 0.00607166393f, 0.00421597995f,
     0.00208922289f, 0.000797047454f, 0.000241987203f, 5.95242964e-05f, 1.19935303e-05f, 1.99389842e-06f, 2.74899463e-07f, 0},
    {-0.00988619681f, -0.00612695143f, 0.00129599485f, 0.00582053978f, 0.00513688056f, 0.00194619258f, -0.000465145713f, -0.00114860968f,
     -0.000850612589f, -0.000412291818f, -0.000148522333f, -4.17378433e-05f, -9.37656932e-06f, -1.7084169e-06f, -2.54825522e-07f, 0},
};

// x times the normal distribution function, error below 3 units for x > -2 and below 1.2e-8 elsewhere.
CK_INLINE float ck_gelu_float(float x) {
  const float width = 0.40625f;
  float size = __builtin_fabsf(x), t = size < 15 * width ? size : 15 * width;
  // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits.
  float shifted = __builtin_fmaf(t, 1 / width, 0x1.8p23f);
  uint32_t piece = ck_bits(shifted) & 15;
  float r = __builtin_fmaf(shifted - 0x1.8p23f, -width, t), tail = ck_gelu_table[ck_gelu_degree][piece];
  for (int k = ck_gelu_degree - 1; k >= 0; k--) { tail = __builtin_fmaf(tail, r, ck_gelu_table[k][piece]); }
  return x * (x < 0 ? tail : 1 - tail);
}

CK_INLINE float ck_gelu_tanh_float(float x) {
  float inner = (float)(M_2_SQRTPI * M_SQRT1_2) * __builtin_fmaf(0.044715f * x * x, x, x);
  return x * ck_sigmoid_float(2 * inner);
}

// The other functions of float32 are computed in double, by wide.h; those of float64 by the C library.
#define DOUBLE_AND_FLOAT(NAME, EXPRESSION, IN_FLOAT)                                                                  \
  CK_INLINE double NAME##_d(double x) { return EXPRESSION; }                                                          \
  CK_INLINE float NAME##_f(float x) { return IN_FLOAT; }
#define WIDE(NAME)                                                                                                    \
  CK_INLINE double f_##NAME##_d(double x) { return NAME(x); }                                                         \
  CK_INLINE float f_##NAME##_f(float x) { return (float)ck_wide_##NAME((double)x); }

DOUBLE_AND_FLOAT(f_exp, exp(x), ck_exp_float(x))
DOUBLE_AND_FLOAT(f_exp2, exp2(x), ck_exp2_float(x))
DOUBLE_AND_FLOAT(f_log, log(x), ck_log_float(x))
DOUBLE_AND_FLOAT(f_log1p, log1p(x), ck_log1p_float(x))
DOUBLE_AND_FLOAT(f_tanh, tanh(x), ck_tanh_float(x))
DOUBLE_AND_FLOAT(f_erf, erf(x), ck_erf_float(x))
DOUBLE_AND_FLOAT(f_sigmoid, 1 / (1 + exp(-x)), ck_sigmoid_float(x))
DOUBLE_AND_FLOAT(f_silu, x / (1 + exp(-x)), x *ck_sigmoid_float(x))
// Hendrycks and Gimpel, https://arxiv.org/abs/1606.08415: x times the normal distribution function, and its tanh form.
DOUBLE_AND_FLOAT(f_gelu, x * 0.5 * (1 + erf(x * M_SQRT1_2)), ck_gelu_float(x))
DOUBLE_AND_FLOAT(f_gelu_tanh, 0.5 * x * (1 + tanh(M_2_SQRTPI * M_SQRT1_2 * (x + 0.044715 * x * x * x))),
                 ck_gelu_tanh_float(x))
// Those that turn are right for |x| < 2^20 only; functions.inc sees to the others.
DOUBLE_AND_FLOAT(f_sin, sin(x), (float)ck_wide_sine((double)x, 0))
DOUBLE_AND_FLOAT(f_cos, cos(x), (float)ck_wide_sine((double)x, 1))
WIDE(tan)
WIDE(expm1)
WIDE(log2)
WIDE(log10)
WIDE(asin)
WIDE(acos)
WIDE(atan)
WIDE(sinh)
WIDE(cosh)
DOUBLE_AND_FLOAT(f_log_sigmoid, fmin(x, 0) - log1p(exp(-fabs(x))), (float)ck_wide_log_sigmoid((double)x))
// Misra, https://arxiv.org/abs/1908.08681: x tanh(softplus(x)).
DOUBLE_AND_FLOAT(f_mish, x * tanh(x > 20 ? x : log1p(exp(x))), (float)ck_wide_mish((double)x))

CK_INLINE double ck_softplus_d(double x, double beta, double threshold) {
  return x * beta > threshold ? x : log1p(exp(x * beta)) / beta;
}
CK_INLINE float ck_softplus_f(float x, double beta, double threshold) {
  return (float)ck_wide_softplus((double)x, beta, threshold);
}
CK_INLINE double ck_elu_d(double x, double alpha) { return x > 0 ? x : alpha * expm1(x); }
CK_INLINE float ck_elu_f(float x, double alpha) {
  return (float)(x > 0 ? (double)x : alpha * ck_wide_expm1((double)x));
}

// Python's rules, for what is left after dividing: the quotient is floored, the remainder has the divisor's sign.
#define DIVISIONS(T, SUFFIX, FLOOR, COPYSIGN)                                                                         \
  CK_INLINE T ck_floor_quotient_##SUFFIX(T x, T y, T rest) {                                                          \
    T quotient = (x - rest) / y;                                                                                      \
    quotient = rest != 0 && (y < 0) != (rest < 0) ? quotient - 1 : quotient;                                          \
    T floored = FLOOR(quotient);                                                                                      \
    floored = quotient - floored > (T)0.5 ? floored + 1 : floored;                                                    \
    floored = quotient == 0 ? COPYSIGN((T)0, x / y) : floored;                                                        \
    return y == 0 ? x / y : floored;                                                                                  \
  }                                                                                                                   \
  CK_INLINE T ck_floor_remainder_##SUFFIX(T y, T rest) {                                                              \
    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;                                                      \
  }
DIVISIONS(double, d, __builtin_elementwise_floor, __builtin_copysign)
DIVISIONS(float, f, __builtin_elementwise_floor, __builtin_copysignf)
#undef DIVISIONS

CK_INLINE double ck_rest_d(double x, double y) { return fmod(x, y); }
CK_INLINE float ck_rest_f(float x, float y) { return (float)ck_wide_rest((double)x, (double)y); }
CK_INLINE double ck_pow_d(double x, double y) { return pow(x, y); }
CK_INLINE float ck_pow_f(float x, float y) { return (float)ck_wide_pow((double)x, (double)y); }
CK_INLINE double ck_atan2_d(double x, double y) { return atan2(x, y); }
CK_INLINE float ck_atan2_f(float x, float y) { return (float)ck_wide_atan2((double)x, (double)y); }

// Operations on one operand that cost less than reading it: APPLY(operation, expression of x and of the operation's
// two parameters).
#define QUICK_OPERATIONS(APPLY)                                                                                       \
  APPLY(ck_neg, -x)                                                                                                   \
  APPLY(ck_abs, __builtin_elementwise_abs(x))                                                                         \
  APPLY(ck_sign, (x > 0) - (x < 0))                                                                                   \
  APPLY(ck_square, x *x)                                                                                              \
  APPLY(ck_cube, x *x *x)                                                                                             \
  APPLY(ck_sqrt, __builtin_elementwise_sqrt(x))                                                                       \
  APPLY(ck_rsqrt, 1 / __builtin_elementwise_sqrt(x))                                                                  \
  APPLY(ck_reciprocal, 1 / x)                                                                                         \
  APPLY(ck_floor, __builtin_elementwise_floor(x))                                                                     \
  APPLY(ck_ceil, __builtin_elementwise_ceil(x))                                                                       \
  APPLY(ck_round, __builtin_elementwise_roundeven(x))                                                                 \
  APPLY(ck_trunc, __builtin_elementwise_trunc(x))                                                                     \
  APPLY(ck_frac, x - __builtin_elementwise_trunc(x))                                                                  \
  APPLY(ck_relu, x < 0 ? 0 : x)                                                                                       \
  APPLY(ck_relu6, x < 0 ? 0 : x > 6 ? 6 : x)                                                                          \
  APPLY(ck_clamp, x < parameter ? parameter : x > second ? second : x)                                                \
  APPLY(ck_leaky_relu, x > 0 ? x : x *parameter)                                                                      \
  APPLY(ck_hardswish, x *(x < -3 ? 0 : x > 3 ? 6 : x + 3) / 6)                                                        \
  APPLY(ck_hardsigmoid, (x < -3 ? 0 : x > 3 ? 6 : x + 3) / 6)                                                         \
  APPLY(ck_is_nan, x != x)                                                                                            \
  APPLY(ck_is_inf, isinf(x) != 0)                                                                                     \
  APPLY(ck_is_finite, isfinite(x) != 0)                                                                               \
  APPLY(ck_logical_not, x == 0)
