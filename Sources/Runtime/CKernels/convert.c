// Casts between element types: round to nearest even, double to small floats by way of float, as PyTorch 2.1.1 does.
#include "paths.h"

// Encodes a finite magnitude with `mantissa` bits and the given exponent bias; may run past the format's top.
static inline uint32_t encode(uint32_t magnitude, int bias, int mantissa) {
  int exponent = (int)(magnitude >> 23) - 127;
  if (exponent < 1 - bias) {
    int shift = (1 - bias - exponent) + (23 - mantissa);
    if (shift > 25) { return 0; }
    uint32_t significand = (magnitude & 0x7fffff) | 0x800000;
    uint32_t kept = significand >> shift, rest = significand & ((1u << shift) - 1), half = 1u << (shift - 1);
    return kept + (rest > half || (rest == half && (kept & 1)));
  }
  int shift = 23 - mantissa;
  uint32_t rebiased = magnitude - ((uint32_t)(127 - bias) << 23);
  return (rebiased + (1u << (shift - 1)) - 1 + ((rebiased >> shift) & 1)) >> shift;
}

static inline float decode(uint32_t magnitude, int bias, int mantissa) {
  uint32_t exponent = magnitude >> mantissa, fraction = magnitude & ((1u << mantissa) - 1);
  if (exponent == 0) { return (float)fraction * ck_from_bits((uint32_t)(127 + 1 - bias - mantissa) << 23); }
  return ck_from_bits(((exponent + 127 - (uint32_t)bias) << 23) | (fraction << (23 - mantissa)));
}

uint16_t ck_bfloat16_from_float(float value) {
  uint32_t bits = ck_bits(value);
  if ((bits & 0x7fffffff) > 0x7f800000) { return 0x7fc0; }
  return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

float ck_float_from_bfloat16(uint16_t bits) { return ck_from_bits((uint32_t)bits << 16); }

uint16_t ck_float16_from_float(float value) {
  uint32_t bits = ck_bits(value), magnitude = bits & 0x7fffffff, sign = (bits >> 16) & 0x8000;
  if (magnitude > 0x7f800000) { return (uint16_t)(sign | 0x7e00 | ((magnitude >> 13) & 0x3ff)); }
  uint32_t code = encode(magnitude, 15, 10);
  return (uint16_t)(sign | (code < 0x7c00 ? code : 0x7c00));
}

float ck_float_from_float16(uint16_t bits) {
  uint32_t magnitude = bits & 0x7fff, sign = (uint32_t)(bits & 0x8000) << 16;
  if (magnitude >= 0x7c00) { return ck_from_bits(sign | 0x7f800000 | ((magnitude & 0x3ff) << 13)); }
  return ck_from_bits(sign | ck_bits(decode(magnitude, 15, 10)));
}

// There is no infinity: what rounds above 448 becomes NaN.
uint8_t ck_e4m3fn_from_float(float value) {
  uint32_t bits = ck_bits(value), magnitude = bits & 0x7fffffff, sign = (bits >> 24) & 0x80;
  uint32_t code = magnitude >= 0x7f800000 ? 0x7f : encode(magnitude, 7, 3);
  return (uint8_t)(sign | (code < 0x7f ? code : 0x7f));
}

float ck_float_from_e4m3fn(uint8_t bits) {
  uint32_t magnitude = bits & 0x7f, sign = (uint32_t)(bits & 0x80) << 24;
  if (magnitude == 0x7f) { return ck_from_bits(sign | 0x7fc00000); }
  return ck_from_bits(sign | ck_bits(decode(magnitude, 7, 3)));
}

uint8_t ck_e5m2_from_float(float value) {
  uint32_t bits = ck_bits(value), magnitude = bits & 0x7fffffff, sign = (bits >> 24) & 0x80;
  if (magnitude > 0x7f800000) { return (uint8_t)(sign | 0x7f); }
  uint32_t code = encode(magnitude, 15, 2);
  return (uint8_t)(sign | (code < 0x7c ? code : 0x7c));
}

float ck_float_from_e5m2(uint8_t bits) {
  uint32_t magnitude = bits & 0x7f, sign = (uint32_t)(bits & 0x80) << 24;
  if (magnitude >= 0x7c) { return ck_from_bits(sign | 0x7f800000 | ((magnitude & 3) << 21)); }
  return ck_from_bits(sign | ck_bits(decode(magnitude, 15, 2)));
}

#define EACH(TYPE, EXPRESSION)                                                                                        \
  {                                                                                                                   \
    const TYPE *p = data;                                                                                             \
    for (int64_t i = 0; i < n; i++) {                                                                                 \
      TYPE x = p[i * stride];                                                                                         \
      out[i] = (EXPRESSION);                                                                                          \
    }                                                                                                                 \
    break;                                                                                                            \
  }

#define LOAD(NAME, RESULT, FROM_FLOATING)                                                                             \
  static void NAME(int32_t dtype, const void *data, int64_t stride, int64_t n, RESULT *out) {                                \
    switch (dtype) {                                                                                                  \
    case ck_float64: EACH(double, FROM_FLOATING(x))                                                                   \
    case ck_float32: EACH(float, FROM_FLOATING(x))                                                                    \
    case ck_float16: EACH(uint16_t, FROM_FLOATING(ck_float_from_float16(x)))                                          \
    case ck_bfloat16: EACH(uint16_t, FROM_FLOATING(ck_float_from_bfloat16(x)))                                        \
    case ck_float8_e4m3fn: EACH(uint8_t, FROM_FLOATING(ck_float_from_e4m3fn(x)))                                      \
    case ck_float8_e5m2: EACH(uint8_t, FROM_FLOATING(ck_float_from_e5m2(x)))                                          \
    case ck_int64: EACH(int64_t, (RESULT)x)                                                                           \
    case ck_int32: EACH(int32_t, (RESULT)x)                                                                           \
    case ck_int16: EACH(int16_t, (RESULT)x)                                                                           \
    case ck_int8: EACH(int8_t, (RESULT)x)                                                                             \
    case ck_uint8: EACH(uint8_t, (RESULT)x)                                                                           \
    default: EACH(uint8_t, (RESULT)(x != 0))                                                                          \
    }                                                                                                                 \
  }

LOAD(load_float, float, (float))
LOAD(load_double, double, (double))
LOAD(load_int64, int64_t, ck_truncated)

#define PUT(TYPE, EXPRESSION)                                                                                         \
  {                                                                                                                   \
    TYPE *p = data;                                                                                                   \
    for (int64_t i = 0; i < n; i++) { p[i * stride] = (TYPE)(EXPRESSION); }                                           \
    break;                                                                                                            \
  }

#define STORE(NAME, SOURCE, TO_INTEGER)                                                                               \
  static void NAME(int32_t dtype, const SOURCE *in, int64_t n, void *data, int64_t stride) {                                 \
    switch (dtype) {                                                                                                  \
    case ck_float64: PUT(double, in[i])                                                                               \
    case ck_float32: PUT(float, in[i])                                                                                \
    case ck_float16: PUT(uint16_t, ck_float16_from_float((float)in[i]))                                               \
    case ck_bfloat16: PUT(uint16_t, ck_bfloat16_from_float((float)in[i]))                                             \
    case ck_float8_e4m3fn: PUT(uint8_t, ck_e4m3fn_from_float((float)in[i]))                                           \
    case ck_float8_e5m2: PUT(uint8_t, ck_e5m2_from_float((float)in[i]))                                               \
    case ck_int64: PUT(int64_t, TO_INTEGER(in[i]))                                                                    \
    case ck_int32: PUT(int32_t, TO_INTEGER(in[i]))                                                                    \
    case ck_int16: PUT(int16_t, TO_INTEGER(in[i]))                                                                    \
    case ck_int8: PUT(int8_t, TO_INTEGER(in[i]))                                                                      \
    case ck_uint8: PUT(uint8_t, TO_INTEGER(in[i]))                                                                    \
    default: PUT(uint8_t, in[i] != 0)                                                                                 \
    }                                                                                                                 \
  }

STORE(store_float, float, ck_truncated)
STORE(store_double, double, ck_truncated)
STORE(store_int64, int64_t, )

void ck_load_float(int32_t dtype, const void *data, int64_t stride, int64_t n, float *out) {
  stride == 1 ? ck_path_in_use()->widen(dtype, n, data, out) : load_float(dtype, data, stride, n, out);
}
void ck_load_double(int32_t dtype, const void *data, int64_t stride, int64_t n, double *out) {
  stride == 1 ? ck_path_in_use()->load_double(dtype, n, data, out) : load_double(dtype, data, stride, n, out);
}
void ck_load_int64(int32_t dtype, const void *data, int64_t stride, int64_t n, int64_t *out) {
  stride == 1 ? ck_path_in_use()->load_int64(dtype, n, data, out) : load_int64(dtype, data, stride, n, out);
}
void ck_store_float(int32_t dtype, const float *in, int64_t n, void *data, int64_t stride) {
  stride == 1 ? ck_path_in_use()->narrow(dtype, n, in, data) : store_float(dtype, in, n, data, stride);
}
void ck_store_double(int32_t dtype, const double *in, int64_t n, void *data, int64_t stride) {
  stride == 1 ? ck_path_in_use()->store_double(dtype, n, in, data) : store_double(dtype, in, n, data, stride);
}
void ck_store_int64(int32_t dtype, const int64_t *in, int64_t n, void *data, int64_t stride) {
  stride == 1 ? ck_path_in_use()->store_int64(dtype, n, in, data) : store_int64(dtype, in, n, data, stride);
}
