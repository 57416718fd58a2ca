// What the checks of the kernels share: random numbers, elements of every dtype, and the ways to run a kernel.
#pragma once

#include <CKernels.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma STDC FP_CONTRACT OFF

// Holds every element of every dtype exactly.
typedef long double number;
_Static_assert(LDBL_MANT_DIG >= 64, "an int64 must fit into a number");

// Numbers that are the same in every run.
static inline uint32_t next_random(void) {
  static uint64_t state = 88172645463325252u;
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (uint32_t)(state >> 16);
}

static inline int64_t random_below(int64_t limit) { return (int64_t)(next_random() % (uint64_t)limit); }

static inline int64_t size_of(int32_t dtype) {
  switch (dtype) {
  case ck_float64: case ck_int64: return 8;
  case ck_float32: case ck_int32: return 4;
  case ck_float16: case ck_bfloat16: case ck_int16: return 2;
  default: return 1;
  }
}

static inline bool is_float(int32_t dtype) { return dtype <= ck_float8_e5m2; }

// A float of 16 or 8 bits: the mantissa's bits, the exponent's bias, the greatest number, what is above it, and the
// code of NaN.
typedef struct {
  int mantissa, bias;
  double greatest, above;
  uint32_t nan;
} format;

static inline format format_of(int32_t dtype) {
  switch (dtype) {
  case ck_float16: return (format){10, 15, 65504, INFINITY, 0x7e00};
  case ck_bfloat16: return (format){7, 127, 0x1.fep127, INFINITY, 0x7fc0};
  case ck_float8_e4m3fn: return (format){3, 7, 448, NAN, 0x7f};
  default: return (format){2, 15, 57344, INFINITY, 0x7f};
  }
}

static inline double decoded(int32_t dtype, uint32_t bits) {
  format f = format_of(dtype);
  uint32_t sign = size_of(dtype) == 2 ? 0x8000 : 0x80, magnitude = bits & (sign - 1);
  int exponent = (int)(magnitude >> f.mantissa), fraction = (int)(magnitude & ((1u << f.mantissa) - 1));
  double value = exponent == 0 ? ldexp(fraction, 1 - f.bias - f.mantissa)
                               : ldexp(fraction + (1 << f.mantissa), exponent - f.bias - f.mantissa);
  if (value > f.greatest) { value = fraction == 0 || isnan(f.above) ? f.above : (double)NAN; }
  return bits & sign ? -value : value;
}

// The code of a number that the format has.
static inline uint32_t encoded(int32_t dtype, double value) {
  format f = format_of(dtype);
  uint32_t sign = !signbit(value) ? 0 : size_of(dtype) == 2 ? 0x8000 : 0x80, one = 1u << f.mantissa;
  if (isnan(value)) { return f.nan; }
  if (value == 0) { return sign; }
  if (isinf(value)) { return sign | (uint32_t)(2 * f.bias + 1) << f.mantissa; }
  int exponent;
  uint32_t significand = (uint32_t)ldexp(frexp(fabs(value), &exponent), f.mantissa + 1);
  if (exponent - 1 < 1 - f.bias) { return sign | (uint32_t)ldexp(fabs(value), f.bias - 1 + f.mantissa); }
  return sign | (((uint32_t)(exponent - 1 + f.bias) << f.mantissa) + significand - one);
}

static inline double decoded_bfloat16(uint16_t bits) {
  uint32_t word = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &word, sizeof value);
  return (double)value;
}

static inline double get(int32_t dtype, const void *data, int64_t at) {
  switch (dtype) {
  case ck_float64: return ((const double *)data)[at];
  case ck_float32: return (double)((const float *)data)[at];
  case ck_int64: return (double)((const int64_t *)data)[at];
  case ck_int32: return ((const int32_t *)data)[at];
  case ck_int16: return ((const int16_t *)data)[at];
  case ck_int8: return ((const int8_t *)data)[at];
  case ck_uint8: case ck_bool: return ((const uint8_t *)data)[at];
  case ck_float16: return decoded(dtype, ((const uint16_t *)data)[at]);
  case ck_bfloat16: return decoded_bfloat16(((const uint16_t *)data)[at]);
  default: return decoded(dtype, ((const uint8_t *)data)[at]);
  }
}

static inline number exactly(int32_t dtype, const void *data, int64_t at) {
  return dtype == ck_int64 ? (number)((const int64_t *)data)[at] : (number)get(dtype, data, at);
}

static inline double rounded_to_format(format f, double value) {
  if (isnan(value) || isinf(value)) { return isnan(f.above) ? (double)NAN : value; }
  int exponent = value == 0 ? 0 : ilogb(value), least = 1 - f.bias;
  double unit = ldexp(1, (exponent < least ? least : exponent) - f.mantissa);
  double result = nearbyint(fabs(value) / unit) * unit;
  return copysign(result > f.greatest ? f.above : result, value);
}

// What an element becomes that is given this number: as PyTorch casts; the small floats are rounded to float32 before.
static inline number stored_as(int32_t dtype, number value) {
  int64_t whole = value >= -0x1p63L && value < 0x1p63L ? (int64_t)value : INT64_MIN;
  switch (dtype) {
  case ck_float64: return (number)(double)value;
  case ck_float32: return (number)(float)value;
  case ck_int64: return whole;
  case ck_int32: return (int32_t)whole;
  case ck_int16: return (int16_t)whole;
  case ck_int8: return (int8_t)whole;
  case ck_uint8: return (uint8_t)whole;
  case ck_bool: return value != 0;
  default: return (number)rounded_to_format(format_of(dtype), (double)(float)value);
  }
}

static inline void put(int32_t dtype, void *data, int64_t at, number value) {
  value = stored_as(dtype, value);
  switch (dtype) {
  case ck_float64: ((double *)data)[at] = (double)value; break;
  case ck_float32: ((float *)data)[at] = (float)value; break;
  case ck_int64: ((int64_t *)data)[at] = (int64_t)value; break;
  case ck_int32: ((int32_t *)data)[at] = (int32_t)value; break;
  case ck_int16: ((int16_t *)data)[at] = (int16_t)value; break;
  case ck_int8: ((int8_t *)data)[at] = (int8_t)value; break;
  case ck_uint8: case ck_bool: ((uint8_t *)data)[at] = (uint8_t)value; break;
  case ck_float16: case ck_bfloat16: ((uint16_t *)data)[at] = (uint16_t)encoded(dtype, (double)value); break;
  default: ((uint8_t *)data)[at] = (uint8_t)encoded(dtype, (double)value); break;
  }
}

// Exactly as many elements as asked for, so that a sanitizer sees a step beyond them.
static inline void *elements(int32_t dtype, int64_t count) { return malloc((size_t)(count * size_of(dtype))); }

// Values between -1 and 1, or -127 and 127.
static inline void *random_elements(int32_t dtype, int64_t count) {
  void *data = elements(dtype, count);
  for (int64_t i = 0; i < count; i++) {
    double value = (double)(random_below(2001) - 1000) / 1000;
    put(dtype, data, i, (number)(is_float(dtype) ? value : value * 127));
  }
  return data;
}

// Half a unit in the last place of 1.
static inline double rounding_of(int32_t dtype) {
  switch (dtype) {
  case ck_float64: return 0x1p-53;
  case ck_float32: return 0x1p-24;
  default: return is_float(dtype) ? ldexp(1, -1 - format_of(dtype).mantissa) : 0;
  }
}

// A figure of all bits that results had, NaNs counting as alike: with as many checks it is the same on every machine.
static uint64_t digest = 14695981039346656037u;

// By FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv.
static inline void add_to_digest(int32_t dtype, const void *data, int64_t count) {
  const uint8_t *bytes = data;
  int64_t size = size_of(dtype);
  for (int64_t i = 0; i < count * size; i++) {
    bool is_nan = is_float(dtype) && isnan(get(dtype, data, i / size));
    digest = (digest ^ (is_nan ? 0xff : bytes[i])) * 1099511628211u;
  }
}

// Ends the program when a check fails.
static inline void fail(const char *what, const char *path, double found, double expected) {
  fprintf(stderr, "%s on path %s: %.9g instead of %.9g\n", what, path, found, expected);
  exit(1);
}

// Ways to run a kernel: `for (way w = {0}; next_way(&w);)` goes over every path, with one thread and with all.
typedef struct {
  int32_t number;
  const char *path;
} way;

static inline bool next_way(way *w) {
  w->path = ck_path_name(w->number / 2);
  if (w->path == NULL) { return false; }
  ck_use_path(w->path);
  ck_use_threads(w->number % 2 == 0 ? 1 : ck_core_count());
  w->number++;
  return true;
}

static inline bool is_first(const way *w) { return w->number == 1; }

