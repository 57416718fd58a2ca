// Kernels that work along a row: sums, extremes, sorting, softmax, layer normalisation.
#include "paths.h"

#include <stdlib.h>

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(name) JOIN(name, T)

#define ADD(a, b) ((a) + (b))
#define MULTIPLY(a, b) ((a) * (b))
#define IS_FLOAT 1
#define IS_NAN(x) ((x) != (x))
#define T float
#include "rows.inc"
#undef T
#define T double
#include "rows.inc"
#undef T
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

// float64 rows; those of float32 are kernels of each path.
static void softmax_double(const double *in, int64_t count, bool logarithm, double *out) {
  if (count == 0) { return; }
  double top = extreme_double(in, count, false), total = 0;
  for (int64_t i = 0; i < count; i++) { total += exp(in[i] - top); }
  double log_total = log(total);
  for (int64_t i = 0; i < count; i++) {
    double x = in[i] - top;
    out[i] = logarithm ? x - log_total : exp(x) / total;
  }
}

// Rows of fewer than 8 values follow PyTorch 2.1.1 step by step (Welford's update, then one fused multiply-add): a
// row of two values maps to about +-1, where one last bit of the variance is visible.
static void short_moments_double(const double *in, int64_t count, double *mean, double *variance) {
  double average = 0, squares = 0;
  for (int64_t i = 0; i < count; i++) {
    double distance = in[i] - average;
    average = average + distance / (double)(i + 1);
    squares = fma(distance, in[i] - average, squares);
  }
  *mean = average, *variance = squares / (double)count;
}

static void long_moments_double(const double *in, int64_t count, double *mean, double *variance) {
  double average = 0, squares = 0;
  for (int64_t i = 0; i < count; i++) { average += in[i]; }
  average /= (double)count;
  for (int64_t i = 0; i < count; i++) { squares += (in[i] - average) * (in[i] - average); }
  *mean = average, *variance = squares / (double)count;
}

static double mean_square_double(const double *in, int64_t count) {
  double squares = 0;
  for (int64_t i = 0; i < count; i++) { squares += in[i] * in[i]; }
  return squares / (double)count;
}

static void layer_norm_double(const double *in, int64_t count, const double *weight, const double *bias,
                              double epsilon, bool rms, double *out) {
  double mean = 0, variance = 0;
  if (rms) {
    variance = mean_square_double(in, count);
  } else if (count < 8) {
    short_moments_double(in, count, &mean, &variance);
  } else {
    long_moments_double(in, count, &mean, &variance);
  }
  double scale = 1 / sqrt(variance + epsilon), shift = -(scale * mean);
  for (int64_t i = 0; i < count; i++) {
    double y = rms ? in[i] * scale : fma(in[i], scale, shift);
    if (weight) { y = y * weight[i]; }
    out[i] = bias ? y + bias[i] : y;
  }
}

void ck_softmax(int32_t compute, bool logarithm, int64_t rows, int64_t count, const void *in, void *out) {
  const ck_path *path = ck_path_in_use();
  for (int64_t r = 0; r < rows; r++) {
    int64_t at = r * count;
    if (compute == ck_float32) {
      path->softmax(logarithm, count, (const float *)in + at, (float *)out + at);
    } else {
      softmax_double((const double *)in + at, count, logarithm, (double *)out + at);
    }
  }
}

void ck_layer_norm(int32_t compute, int64_t rows, int64_t count, const void *in, const void *weight, const void *bias,
                   double epsilon, bool root_mean_square, void *out) {
  const ck_path *path = ck_path_in_use();
  for (int64_t r = 0; r < rows; r++) {
    int64_t at = r * count;
    if (compute == ck_float32) {
      path->layer_norm(count, (const float *)in + at, weight, bias, epsilon, root_mean_square, (float *)out + at);
    } else {
      layer_norm_double((const double *)in + at, count, weight, bias, epsilon, root_mean_square, (double *)out + at);
    }
  }
}
