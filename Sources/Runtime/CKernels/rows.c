// Kernels that work along a row: sums, extremes, sorting, softmax, layer normalisation.
#include "convert.h"

#include <stdlib.h>

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(name) JOIN(name, T)

#define ADD(a, b) ((a) + (b))
#define MULTIPLY(a, b) ((a) * (b))
#define IS_FLOAT 1
#define IS_NAN(x) ((x) != (x))
#define T float
#define FMA fmaf
#define SQRT sqrtf
#include "rows.inc"
#undef T
#undef FMA
#undef SQRT
#define T double
#define FMA fma
#define SQRT sqrt
#include "rows.inc"
#undef T
#undef FMA
#undef SQRT
#undef IS_FLOAT
#undef IS_NAN
#undef ADD
#undef MULTIPLY
#define ADD(a, b) ((int64_t)((uint64_t)(a) + (uint64_t)(b)))
#define MULTIPLY(a, b) ((int64_t)((uint64_t)(a) * (uint64_t)(b)))
#define IS_FLOAT 0
#define IS_NAN(x) false
#define T int64_t
#include "rows.inc"
#undef T

void ck_reduce(ck_reduction op, int32_t compute, int64_t rows, int64_t count, const void *in, double correction,
               void *out) {
  for (int64_t r = 0; r < rows; r++) {
    switch (compute) {
    case ck_float32: ((float *)out)[r] = reduced_float(op, (const float *)in + r * count, count, correction); break;
    case ck_float64: ((double *)out)[r] = reduced_double(op, (const double *)in + r * count, count, correction); break;
    default: ((int64_t *)out)[r] = reduced_int64_t(op, (const int64_t *)in + r * count, count, correction); break;
    }
  }
}

void ck_arg_extreme(int32_t compute, bool least, int64_t rows, int64_t count, const void *in, int64_t *out) {
  for (int64_t r = 0; r < rows; r++) {
    switch (compute) {
    case ck_float32: out[r] = place_float((const float *)in + r * count, count, least); break;
    case ck_float64: out[r] = place_double((const double *)in + r * count, count, least); break;
    default: out[r] = place_int64_t((const int64_t *)in + r * count, count, least); break;
    }
  }
}

void ck_cumulative(int32_t compute, bool product, int64_t rows, int64_t count, const void *in, void *out) {
  for (int64_t r = 0; r < rows; r++) {
    int64_t at = r * count;
    switch (compute) {
    case ck_float32: cumulative_float((const float *)in + at, count, product, (float *)out + at); break;
    case ck_float64: cumulative_double((const double *)in + at, count, product, (double *)out + at); break;
    default: cumulative_int64_t((const int64_t *)in + at, count, product, (int64_t *)out + at); break;
    }
  }
}

bool ck_argsort(int32_t compute, bool descending, int64_t rows, int64_t count, const void *in, int64_t *out) {
  int64_t *spare = malloc(sizeof(int64_t) * (size_t)(count + 1));
  if (!spare) { return false; }
  for (int64_t r = 0; r < rows; r++) {
    int64_t *places = out + r * count, at = r * count;
    for (int64_t i = 0; i < count; i++) { places[i] = i; }
    switch (compute) {
    case ck_float32: sort_float((const float *)in + at, count, descending, places, spare); break;
    case ck_float64: sort_double((const double *)in + at, count, descending, places, spare); break;
    default: sort_int64_t((const int64_t *)in + at, count, descending, places, spare); break;
    }
  }
  free(spare);
  return true;
}

void ck_softmax(int32_t compute, bool logarithm, int64_t rows, int64_t count, const void *in, void *out) {
  for (int64_t r = 0; r < rows; r++) {
    int64_t at = r * count;
    if (compute == ck_float32) {
      softmax_float((const float *)in + at, count, logarithm, (float *)out + at);
    } else {
      softmax_double((const double *)in + at, count, logarithm, (double *)out + at);
    }
  }
}

void ck_layer_norm(int32_t compute, int64_t rows, int64_t count, const void *in, const void *weight, const void *bias,
                   double epsilon, bool root_mean_square, void *out) {
  for (int64_t r = 0; r < rows; r++) {
    int64_t at = r * count;
    if (compute == ck_float32) {
      layer_norm_float((const float *)in + at, count, weight, bias, epsilon, root_mean_square, (float *)out + at);
    } else {
      layer_norm_double((const double *)in + at, count, weight, bias, epsilon, root_mean_square, (double *)out + at);
    }
  }
}
