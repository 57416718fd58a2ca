// One table of kernels for each instruction set; all of them give the same bits, so the choice is about speed only.
#pragma once

#include "convert.h"

// A matrix product to compute: out (m x n, rows `out_step` apart) = a (m x k) times b (k x n), + bias when given.
typedef struct {
  int64_t m, n, k;
  ck_matrix a, b;
  const void *bias;
  void *out;
  int64_t out_step;
  int32_t out_dtype;
} ck_product;

typedef struct {
  const char *name;
  void (*unary)(ck_unary_op op, const double *parameters, int64_t n, const float *in, float *out);
  void (*binary)(ck_binary_op op, int64_t n, const float *a, const float *b, float *out);
  // 16-bit floats (float16 or bfloat16, contiguous) to float32 and back.
  void (*widen)(int32_t dtype, int64_t n, const uint16_t *in, float *out);
  void (*narrow)(int32_t dtype, int64_t n, const float *in, uint16_t *out);
  void (*softmax)(bool logarithm, int64_t count, const float *in, float *out);
  void (*layer_norm)(int64_t count, const float *in, const float *weight, const float *bias, double epsilon,
                     bool root_mean_square, float *out);
  bool (*product_float)(const ck_product *product);
  bool (*product_double)(const ck_product *product);
  // bfloat16 operands, a float32 bias, float32 sums; the second one may take numbers below 2^-126 for zero.
  bool (*product_bfloat16)(const ck_product *product);
  bool (*product_bfloat16_large)(const ck_product *product);
} ck_path;

// A product of float32, float64, bfloat16 or int64 operands on the path in use. False when memory is short.
bool ck_multiply(int32_t dtype, const ck_product *product);

// The path in use: the fastest that the processor has, or what LESSON_KERNELS or ck_use_path chose.
const ck_path *ck_path_in_use(void);

extern const ck_path ck_path_portable;
#if defined(__x86_64__)
extern const ck_path ck_path_avx2, ck_path_avx512, ck_path_avx512bf16;
// Whether this processor's bfloat16 products round as the other paths do: one product after the other, each sum once.
bool ck_bfloat16_rounds_each_sum(void);
#endif
