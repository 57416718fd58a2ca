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

// C leaves a float outside the integer's range undefined; here it is the least int64, as on x86-64.
static inline int64_t truncated(double value) {
  return value >= -0x1p63 && value < 0x1p63 ? (int64_t)value : INT64_MIN;
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
  LINKAGE void NAME(int32_t dtype, const void *data, int64_t stride, int64_t n, RESULT *out) {                                \
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

#define LINKAGE static
LOAD(load_float, float, (float))
#undef LINKAGE
#define LINKAGE
LOAD(ck_load_double, double, (double))
LOAD(ck_load_int64, int64_t, truncated)

#define PUT(TYPE, EXPRESSION)                                                                                         \
  {                                                                                                                   \
    TYPE *p = data;                                                                                                   \
    for (int64_t i = 0; i < n; i++) { p[i * stride] = (TYPE)(EXPRESSION); }                                           \
    break;                                                                                                            \
  }

#define STORE(NAME, SOURCE, TO_INTEGER)                                                                               \
  LINKAGE void NAME(int32_t dtype, const SOURCE *in, int64_t n, void *data, int64_t stride) {                                 \
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

#undef LINKAGE
#define LINKAGE static
STORE(store_float, float, truncated)
#undef LINKAGE
#define LINKAGE
STORE(ck_store_double, double, truncated)
STORE(ck_store_int64, int64_t, )

static bool is_16_bit_float(int32_t dtype) { return dtype == ck_float16 || dtype == ck_bfloat16; }

void ck_load_float(int32_t dtype, const void *data, int64_t stride, int64_t n, float *out) {
  if (stride == 1 && is_16_bit_float(dtype)) {
    ck_path_in_use()->widen(dtype, n, data, out);
  } else if (stride == 1 && dtype == ck_float32) {
    memcpy(out, data, (size_t)n * sizeof(float));
  } else {
    load_float(dtype, data, stride, n, out);
  }
}

void ck_store_float(int32_t dtype, const float *in, int64_t n, void *data, int64_t stride) {
  if (stride == 1 && is_16_bit_float(dtype)) {
    ck_path_in_use()->narrow(dtype, n, in, data);
  } else {
    store_float(dtype, in, n, data, stride);
  }
}

void ck_walk_start(ck_walk *walk, int32_t rank, const int64_t *shape, int32_t arrays, const int64_t *const *strides) {
  memset(walk->offset, 0, sizeof walk->offset);
  walk->rank = 0, walk->arrays = arrays, walk->done = false;
  for (int32_t d = 0; d < rank; d++) {
    if (shape[d] == 0) { walk->done = true; }
    if (shape[d] == 1) { continue; }
    int32_t last = walk->rank - 1;
    bool merges = last >= 0;
    for (int32_t a = 0; a < arrays && merges; a++) {
      merges = walk->strides[a][last] == strides[a][d] * shape[d];
    }
    int32_t to = merges ? last : walk->rank++;
    walk->shape[to] = merges ? walk->shape[to] * shape[d] : shape[d];
    for (int32_t a = 0; a < arrays; a++) { walk->strides[a][to] = strides[a][d]; }
  }
  if (walk->rank == 0) {
    walk->rank = 1, walk->shape[0] = 1;
    for (int32_t a = 0; a < arrays; a++) { walk->strides[a][0] = 1; }
  }
  memset(walk->index, 0, sizeof(int64_t) * (size_t)walk->rank);
}

// Steps over every dimension but the last, which the caller's loop covers.
void ck_walk_next(ck_walk *walk) {
  for (int32_t d = walk->rank - 2; d >= 0; d--) {
    walk->index[d]++;
    for (int32_t a = 0; a < walk->arrays; a++) { walk->offset[a] += walk->strides[a][d]; }
    if (walk->index[d] < walk->shape[d]) { return; }
    for (int32_t a = 0; a < walk->arrays; a++) { walk->offset[a] -= walk->strides[a][d] * walk->shape[d]; }
    walk->index[d] = 0;
  }
  walk->done = true;
}

static void move(int64_t size, const void *from, int64_t from_stride, void *to, int64_t to_stride, int64_t n) {
  if (from_stride == 1 && to_stride == 1) {
    memcpy(to, from, (size_t)(n * size));
    return;
  }
#define MOVE(TYPE)                                                                                                    \
  for (int64_t i = 0; i < n; i++) { ((TYPE *)to)[i * to_stride] = ((const TYPE *)from)[i * from_stride]; }
  switch (size) {
  case 8: MOVE(uint64_t) break;
  case 4: MOVE(uint32_t) break;
  case 2: MOVE(uint16_t) break;
  default: MOVE(uint8_t) break;
  }
}

// A chunk, or, when one side is contiguous float32, any number of elements.
static void convert(int32_t from, const void *in, int64_t in_stride, int32_t to, void *out, int64_t out_stride,
                    int64_t n) {
  union {
    float f[ck_chunk];
    double d[ck_chunk];
    int64_t i[ck_chunk];
  } values;
  if (!ck_is_float(from) && (!ck_is_float(to) || to == ck_float64)) {
    ck_load_int64(from, in, in_stride, n, values.i);
    ck_store_int64(to, values.i, n, out, out_stride);
  } else if (from == ck_float64) {
    ck_load_double(from, in, in_stride, n, values.d);
    ck_store_double(to, values.d, n, out, out_stride);
  } else if (from == ck_float32 && in_stride == 1) {
    ck_store_float(to, in, n, out, out_stride);
  } else if (to == ck_float32 && out_stride == 1) {
    ck_load_float(from, in, in_stride, n, out);
  } else {
    ck_load_float(from, in, in_stride, n, values.f);
    ck_store_float(to, values.f, n, out, out_stride);
  }
}

void ck_copy(int32_t rank, const int64_t *shape, ck_source source, ck_target target) {
  ck_walk walk;
  ck_walk_start(&walk, rank, shape, 2, (const int64_t *const[]){source.strides, target.strides});
  int64_t size = ck_size(target.dtype);
  for (; !walk.done; ck_walk_next(&walk)) {
    int64_t n = ck_inner_count(&walk), from = ck_inner_stride(&walk, 0), to = ck_inner_stride(&walk, 1);
    const void *in = ck_at(source, walk.offset[0]);
    char *out = (char *)target.data + walk.offset[1] * size;
    if (source.dtype == target.dtype) {
      move(size, in, from, out, to, n);
      continue;
    }
    for (int64_t start = 0; start < n; start += ck_chunk) {
      int64_t count = n - start < ck_chunk ? n - start : ck_chunk;
      convert(source.dtype, (const char *)in + start * from * ck_size(source.dtype), from, target.dtype,
              out + start * to * size, to, count);
    }
  }
}
