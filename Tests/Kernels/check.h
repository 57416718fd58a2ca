// What the checks of the kernels share.
#pragma once

#include <CKernels.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// Numbers that are the same in every run.
static inline uint32_t next_random(void) {
  static uint64_t state = 88172645463325252u;
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (uint32_t)(state >> 16);
}

static inline int64_t random_below(int64_t limit) { return (int64_t)(next_random() % (uint64_t)limit); }

static inline int64_t size_of(int32_t dtype) {
  switch (dtype) {
  case ck_float64: return 8;
  case ck_float32: case ck_int32: return 4;
  case ck_int8: return 1;
  default: return 2;
  }
}

static inline double get(int32_t dtype, const void *data, int64_t at) {
  switch (dtype) {
  case ck_float64: return ((const double *)data)[at];
  case ck_float32: return (double)((const float *)data)[at];
  case ck_int32: return ((const int32_t *)data)[at];
  case ck_int8: return ((const int8_t *)data)[at];
  default: return (double)ck_float_from_bfloat16(((const uint16_t *)data)[at]);
  }
}

static inline void set(int32_t dtype, void *data, int64_t at, double value) {
  switch (dtype) {
  case ck_float64: ((double *)data)[at] = value; break;
  case ck_float32: ((float *)data)[at] = (float)value; break;
  case ck_int32: ((int32_t *)data)[at] = (int32_t)(value * 127); break;
  case ck_int8: ((int8_t *)data)[at] = (int8_t)(value * 127); break;
  default: ((uint16_t *)data)[at] = ck_bfloat16_from_float((float)value); break;
  }
}

// Exactly as many elements as asked for, so that a sanitizer sees a step beyond them; values between -1 and 1, or -127 and
// 127.
static inline void *random_elements(int32_t dtype, int64_t count) {
  void *data = malloc((size_t)(count * size_of(dtype)));
  for (int64_t i = 0; i < count; i++) { set(dtype, data, i, (double)(random_below(2001) - 1000) / 1000); }
  return data;
}

// Half a unit in the last place of 1.
static inline double rounding_of(int32_t dtype) {
  switch (dtype) {
  case ck_float64: return 0x1p-53;
  case ck_float32: return 0x1p-24;
  case ck_bfloat16: return 0x1p-9;
  default: return 0;
  }
}

// Ends the program when a check fails.
static inline void fail(const char *what, const char *path, double found, double expected) {
  fprintf(stderr, "%s on path %s: %.9g instead of %.9g\n", what, path, found, expected);
  exit(1);
}
