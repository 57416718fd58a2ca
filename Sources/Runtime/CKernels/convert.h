// Conversions between the element types and the three types that kernels compute in, shared by the kernels.
#pragma once

#include "CKernels.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

enum { ck_chunk = 512 };

static inline uint32_t ck_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline float ck_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline int64_t ck_size(int32_t dtype) {
  switch (dtype) {
  case ck_float64: case ck_int64: return 8;
  case ck_float32: case ck_int32: return 4;
  case ck_float16: case ck_bfloat16: case ck_int16: return 2;
  default: return 1;
  }
}

static inline bool ck_is_float(int32_t dtype) { return dtype <= ck_float8_e5m2; }

// C leaves a float outside the integer's range undefined; here it is the least int64, as on x86-64.
static inline int64_t ck_truncated(double value) {
  return value >= -0x1p63 && value < 0x1p63 ? (int64_t)value : INT64_MIN;
}

// n elements from `data` on, `stride` elements apart, to or from one of the compute types.
void ck_load_float(int32_t dtype, const void *data, int64_t stride, int64_t n, float *out);
void ck_load_double(int32_t dtype, const void *data, int64_t stride, int64_t n, double *out);
void ck_load_int64(int32_t dtype, const void *data, int64_t stride, int64_t n, int64_t *out);
void ck_store_float(int32_t dtype, const float *in, int64_t n, void *data, int64_t stride);
void ck_store_double(int32_t dtype, const double *in, int64_t n, void *data, int64_t stride);
void ck_store_int64(int32_t dtype, const int64_t *in, int64_t n, void *data, int64_t stride);

// A walk over up to four strided arrays of one shape, with neighbouring dimensions merged where strides allow.
typedef struct {
  int32_t rank, arrays;
  int64_t shape[ck_max_rank];
  int64_t strides[4][ck_max_rank];
  int64_t index[ck_max_rank];
  int64_t offset[4];
  bool done;
} ck_walk;

void ck_walk_start(ck_walk *walk, int32_t rank, const int64_t *shape, int32_t arrays, const int64_t *const *strides);
void ck_walk_next(ck_walk *walk);

// One stretch of the walk's last dimension, or some neighbouring rows: where it begins in each array and in a contiguous
// array of the shape.
typedef struct {
  int64_t offset[4], at, count, rows;
} ck_stretch;

// Calls `body` for all stretches, on several threads when there is much to do: `piece` elements are worth a thread. With
// `rows`, neighbouring rows of the walk's last two dimensions come together.
void ck_walk_stretches(const ck_walk *walk, int64_t piece, bool rows,
                       void (*body)(const void *context, const ck_stretch *stretch), const void *context);

// All elements of the shape.
int64_t ck_walk_count(const ck_walk *walk);
static inline int64_t ck_inner_count(const ck_walk *walk) { return walk->shape[walk->rank - 1]; }
static inline int64_t ck_inner_stride(const ck_walk *walk, int32_t array) {
  return walk->strides[array][walk->rank - 1];
}
static inline int64_t ck_row_stride(const ck_walk *walk, int32_t array) {
  return walk->rank > 1 ? walk->strides[array][walk->rank - 2] : 0;
}
static inline const void *ck_at(ck_source source, int64_t offset) {
  return (const char *)source.data + offset * ck_size(source.dtype);
}
