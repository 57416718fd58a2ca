// One table of kernels for each instruction set; all of them give the same bits, so the choice is about speed only.
#pragma once

#include "convert.h"
#include "threads.h"

// A matrix product to compute: out (m x n, rows `out_step` apart) = a (m x k) times b (k x n), + bias when given, and
// then the activation when given.
typedef struct {
  int64_t m, n, k;
  ck_matrix a, b;
  const void *bias;
  const ck_unary_op *activation;
  void *out;
  int64_t out_step;
  int32_t out_dtype;
} ck_product;

// An operand of an operation on rows: it advances along a row (step 1) or stands still (step 0), and its rows lie `row`
// elements apart.
typedef struct {
  const void *data;
  int64_t step, row;
} ck_operand;

// How many columns the kernels for columns take at once: some or many.
enum { ck_columns = 16, ck_many_columns = 64 };

// How many neighbouring windows a convolution of planes does at once.
enum { ck_windows = 32 };

// Whether a product is large enough for several threads.
static inline bool ck_is_shared(const ck_product *product) {
  return (double)product->m * (double)product->n * (double)product->k >= 1 << 20;
}

// The Mersenne Twister's output for a word of its state.
static inline uint32_t ck_tempered(uint32_t y) {
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

typedef struct {
  const char *name;
  void (*unary)(ck_unary_op op, const double *parameters, int64_t n, const float *in, float *out);
  // The same on bfloat16, worked on as float32 and rounded on the way out.
  void (*unary_bfloat16)(ck_unary_op op, const double *parameters, int64_t n, const uint16_t *in, uint16_t *out);
  // Whether that takes less time for GELU than to look it up.
  bool has_quick_gelu;
  // out[i] = table[in[i]].
  void (*look_up)(const uint16_t *table, int64_t n, const uint16_t *in, uint16_t *out);
  void (*binary)(ck_binary_op op, int64_t n, const float *a, const float *b, float *out);
  // The operation on `rows` rows of operands of one dtype, in that dtype or to bool, to contiguous results; one operand's
  // step is 1. False when the operation goes by way of a compute type.
  bool (*native)(ck_binary_op op, int32_t dtype, int64_t rows, int64_t n, ck_operand a, ck_operand b, void *out);
  // The same on bfloat16, worked on as float32 and rounded on the way out; an operand that stands still (step 0) is
  // given as a float32 number.
  bool (*native_bfloat16)(ck_binary_op op, int64_t n, const void *a, int64_t a_step, const void *b, int64_t b_step,
                          void *out);
  // condition ? a : b for elements of `size` bytes; the condition and the result are contiguous, the others have any step.
  void (*choose)(int64_t size, int64_t n, const uint8_t *condition, const void *a, int64_t a_step, const void *b,
                 int64_t b_step, void *out);
  // Contiguous elements of any dtype to one of the compute types and back.
  void (*widen)(int32_t dtype, int64_t n, const void *in, float *out);
  void (*narrow)(int32_t dtype, int64_t n, const float *in, void *out);
  void (*load_double)(int32_t dtype, int64_t n, const void *in, double *out);
  void (*store_double)(int32_t dtype, int64_t n, const double *in, void *out);
  void (*load_int64)(int32_t dtype, int64_t n, const void *in, int64_t *out);
  void (*store_int64)(int32_t dtype, int64_t n, const int64_t *in, void *out);
  // Contiguous integers or bool to other ones or to bfloat16, in one pass.
  void (*convert_integers)(int32_t from, int32_t to, int64_t n, const void *in, void *out);
  // Lines of so many bytes, the steps apart.
  void (*copy_lines)(int64_t lines, int64_t bytes, const char *in, int64_t in_step, char *out, int64_t out_step);
  void (*softmax)(bool logarithm, int64_t count, const float *in, float *out);
  // The same for neighbouring columns, ck_columns or ck_many_columns, whose rows lie the steps apart; the bits of rows.
  void (*softmax_columns)(bool logarithm, int64_t count, int32_t columns, const float *in, int64_t in_step, float *out,
                          int64_t out_step);
  void (*layer_norm)(int64_t count, const float *in, const float *weight, const float *bias, double epsilon,
                     bool root_mean_square, float *out);
  // Copies a row past the caches.
  void (*stream)(int64_t count, const float *in, float *out);
  // A reduction of one row.
  float (*reduce_float)(ck_reduction op, const float *in, int64_t count, double correction);
  double (*reduce_double)(ck_reduction op, const double *in, int64_t count, double correction);
  int64_t (*reduce_int64)(ck_reduction op, const int64_t *in, int64_t count, double correction);
  // Sums, maxima or minima of neighbouring columns whose rows lie `step` apart; the same bits as by rows.
  void (*reduce_columns_float)(ck_reduction op, const float *in, int64_t step, int64_t count, int32_t columns,
                               float *out);
  void (*reduce_columns_double)(ck_reduction op, const double *in, int64_t step, int64_t count, int32_t columns,
                               double *out);
  void (*reduce_columns_int64)(ck_reduction op, const int64_t *in, int64_t step, int64_t count, int32_t columns,
                               int64_t *out);
  // Where the first greatest (or least) value of a row stands, and of columns.
  int64_t (*place_float)(const float *in, int64_t count, bool least);
  int64_t (*place_double)(const double *in, int64_t count, bool least);
  int64_t (*place_int64)(const int64_t *in, int64_t count, bool least);
  void (*column_places_float)(const float *in, int64_t step, int64_t count, int32_t columns, bool least,
                              int64_t *out);
  void (*column_places_double)(const double *in, int64_t step, int64_t count, int32_t columns, bool least,
                              int64_t *out);
  void (*column_places_int64)(const int64_t *in, int64_t step, int64_t count, int32_t columns, bool least,
                              int64_t *out);
  bool (*product_float)(const ck_product *product);
  bool (*product_double)(const ck_product *product);
  // int8 operands, int32 sums.
  bool (*product_int8)(const ck_product *product);
  // bfloat16 operands, a float32 bias, float32 sums; the second one may take numbers below 2^-126 for zero.
  bool (*product_bfloat16)(const ck_product *product);
  bool (*product_bfloat16_large)(const ck_product *product);
  // The same for products with few rows, or few columns (transposed): both operands' rows are contiguous along k, or
  // may be copied where they are few.
  bool (*dot_float)(const ck_product *product, bool is_transposed);
  bool (*dot_double)(const ck_product *product, bool is_transposed);
  bool (*dot_bfloat16)(const ck_product *product, bool is_transposed);
  bool (*dot_bfloat16_large)(const ck_product *product, bool is_transposed);
  // A plane of pixels, `width` of them in a line with its padding, by one kernel. Pixels beyond the plane are read, as
  // many as ck_windows windows are apart.
  void (*convolve_float)(const ck_window *window, const float *pixels, int64_t width, const float *kernel, float *out);
  void (*convolve_double)(const ck_window *window, const double *pixels, int64_t width, const double *kernel,
                          double *out);
  // A row of attention (attention.inc).
  float (*weigh)(int64_t count, float scale, const float *mask, bool rounds, float *scores, float *top);
  void (*divide_weights)(int64_t count, float sum, float *weights, uint16_t *halves);
  // start, start + step, ... ; from number `first` on.
  void (*ramp_int64)(uint64_t start, uint64_t step, int64_t n, int64_t *out);
  void (*ramp_double)(double start, double step, int64_t first, int32_t n, double *out);
  // The Mersenne Twister's next 624 words, its output for `n` of them, and values made from that (random.inc).
  void (*twist)(uint32_t *words);
  void (*temper)(int64_t n, const uint32_t *words, uint32_t *out);
  void (*uniform_float)(int64_t n, const uint32_t *words, float from, float range, float *out);
  void (*uniform_double)(int64_t n, const uint32_t *words, double from, double range, double *out);
  // Blocks of 16 uniform values become normal ones.
  void (*normal_float)(int64_t blocks, float mean, float std, float *values);
} ck_path;

// Applies a product's activation to `count` values of its dtype.
void ck_activate(const ck_product *product, int64_t count, const void *values, void *out);

// A product of float32, float64, bfloat16 or int64 operands on the path in use. False when memory is short.
bool ck_multiply(int32_t dtype, const ck_product *product);
// The same, with dot products in lanes for few rows, or one column, whatever the length of the sums, or never.
bool ck_multiply_by(bool dots, int32_t dtype, const ck_product *product);

// The path in use: the fastest that the processor has, or what LESSON_KERNELS or ck_use_path chose.
const ck_path *ck_path_in_use(void);

// The operation's results for all 65,536 bfloat16 numbers, to look them up. Null where computing them is as quick, where
// the `count` numbers at hand are too few to make a table for, and where it has been made for other parameters.
const uint16_t *ck_bfloat16_table(ck_unary_op op, const double *parameters, int64_t count);

extern const ck_path ck_path_portable;
#if defined(__x86_64__)
extern const ck_path ck_path_avx2, ck_path_avx512, ck_path_avx512bf16;
// Whether this processor's bfloat16 products round as the other paths do: one product after the other, each sum once.
bool ck_bfloat16_rounds_each_sum(void);
#endif
