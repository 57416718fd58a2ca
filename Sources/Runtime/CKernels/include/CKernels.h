// The kernels behind Tensors: plain C loops over memory, in a fixed order, with the same bits on every machine.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Element types, in the order of Swift's `DType`.
enum {
  ck_float64,
  ck_float32,
  ck_float16,
  ck_bfloat16,
  ck_float8_e4m3fn,
  ck_float8_e5m2,
  ck_int64,
  ck_int32,
  ck_int16,
  ck_int8,
  ck_uint8,
  ck_bool,
};

enum { ck_max_rank = 64 };

// A strided array: where its first element is, what the elements are, and the step of each dimension in elements.
typedef struct {
  const void *data;
  const int64_t *strides;
  int32_t dtype;
} ck_source;

typedef struct {
  void *data;
  const int64_t *strides;
  int32_t dtype;
} ck_target;

// convert.c

uint16_t ck_bfloat16_from_float(float value);
float ck_float_from_bfloat16(uint16_t bits);
uint16_t ck_float16_from_float(float value);
float ck_float_from_float16(uint16_t bits);
uint8_t ck_e4m3fn_from_float(float value);
float ck_float_from_e4m3fn(uint8_t bits);
uint8_t ck_e5m2_from_float(float value);
float ck_float_from_e5m2(uint8_t bits);

// Copies element by element, converting as PyTorch's `copy_` does; the target may be strided.
void ck_copy(int32_t rank, const int64_t *shape, ck_source source, ck_target target);
// Joins contiguous parts line by line: each line of the result has one of every part, of so many bytes.
void ck_join(int64_t lines, int64_t count, const void *const *parts, const int64_t *bytes, void *out);

// elementwise.c

// Operations on one operand. Those from ck_is_nan on give bool.
typedef enum {
  ck_neg, ck_abs, ck_sign, ck_square, ck_cube, ck_sqrt, ck_rsqrt, ck_reciprocal, ck_exp, ck_exp2, ck_expm1, ck_log, ck_log2,
  ck_log10, ck_log1p, ck_sin, ck_cos, ck_tan, ck_asin, ck_acos, ck_atan, ck_sinh, ck_cosh, ck_tanh, ck_erf, ck_floor,
  ck_ceil, ck_round, ck_trunc, ck_frac, ck_relu, ck_relu6, ck_clamp, ck_sigmoid, ck_silu, ck_gelu, ck_gelu_tanh, ck_softplus,
  ck_elu, ck_leaky_relu, ck_mish, ck_hardswish, ck_hardsigmoid, ck_log_sigmoid, ck_bitwise_not,
  ck_is_nan, ck_is_inf, ck_is_finite, ck_logical_not,
} ck_unary_op;

// Operations on two operands. Those from ck_eq on give bool.
typedef enum {
  ck_add, ck_sub, ck_mul, ck_div, ck_floor_divide, ck_trunc_divide, ck_remainder, ck_fmod, ck_pow, ck_maximum,
  ck_minimum, ck_atan2, ck_bitwise_and, ck_bitwise_or, ck_bitwise_xor, ck_shift_left, ck_shift_right,
  ck_eq, ck_ne, ck_lt, ck_le, ck_gt, ck_ge, ck_logical_and, ck_logical_or, ck_logical_xor,
} ck_binary_op;

// Computes in `compute` (float32, float64 or int64) and rounds once to the contiguous target's dtype.
void ck_unary(ck_unary_op op, const double *parameters, int32_t compute, int32_t rank, const int64_t *shape,
              ck_source a, void *out, int32_t out_dtype);
void ck_binary(ck_binary_op op, int32_t compute, int32_t rank, const int64_t *shape, ck_source a, ck_source b,
               void *out, int32_t out_dtype);
// condition ? a : b for elements of `size` bytes; all three strided alike.
void ck_where(int64_t size, int32_t rank, const int64_t *shape, ck_source condition, ck_source a, ck_source b,
              void *out);
// True when some int64, int32, int16, int8 or uint8 element is zero.
bool ck_any_zero(int32_t rank, const int64_t *shape, ck_source a);

// rows.c: contiguous arrays. Those that say so are false when memory is short.

typedef enum {
  ck_sum, ck_prod, ck_max, ck_min, ck_any, ck_all, ck_norm1, ck_norm2, ck_norm_inf, ck_logsumexp, ck_var,
} ck_reduction;

// outer x count x inner -> outer x inner, of any dtype; the result has its compute type (float64, float32 or int64).
// `correction` is for ck_var. False when memory is short.
bool ck_reduce(ck_reduction op, int32_t dtype, int64_t outer, int64_t count, int64_t inner, const void *in,
               double correction, void *out);
// The first place of the greatest (or least) value instead; NaN counts as the greatest (least).
bool ck_arg_extreme(int32_t dtype, bool least, int64_t outer, int64_t count, int64_t inner, const void *in,
                    int64_t *out);

// normalize.c: contiguous arrays of floats; the result has their dtype. False when memory is short.

// Over the middle one of three dimensions; columns give the bits of rows.
bool ck_softmax(int32_t dtype, bool logarithm, int64_t outer, int64_t count, int64_t inner, const void *in, void *out);
// weight and bias are of the compute type and may be null. `root_mean_square` leaves the mean and the bias out (RMSNorm).
bool ck_layer_norm(int32_t dtype, int64_t rows, int64_t count, const void *in, const void *weight, const void *bias,
                   double epsilon, bool root_mean_square, void *out);

// sort.c: rows of a compute type.

void ck_cumulative(int32_t compute, bool product, int64_t rows, int64_t count, const void *in, void *out);
// The first `wanted` of the sorted places of each row (rows x wanted). Stable; NaN after all numbers (ascending). False
// when memory is short.
bool ck_argtop(int32_t compute, bool descending, int64_t rows, int64_t count, int64_t wanted, const void *in,
               int64_t *out);

// matmul.c

typedef struct {
  const void *data;
  int64_t row_stride, column_stride;
} ck_matrix;

// out (m x n, contiguous) = a (m x k) times b (k x n), + bias (n values) when given; for float64, float32, int64, for
// bfloat16, whose bias is float32 and whose sums are kept in float32 and rounded once, and for int8, whose results are
// int32. With an activation (of floats, without parameters) the same as ck_unary of that result. False when memory is
// short.
bool ck_matmul(int32_t dtype, int64_t m, int64_t n, int64_t k, ck_matrix a, ck_matrix b, const void *bias,
               const ck_unary_op *activation, void *out);
// The same for each pair of a batch, whose matrices begin at the places given, in elements from the data of `a` and `b`;
// the results follow one another.
bool ck_matmul_batch(int32_t dtype, int64_t count, const int64_t *a_starts, const int64_t *b_starts, int64_t m,
                     int64_t n, int64_t k, ck_matrix a, ck_matrix b, void *out);

// attention.c

// softmax(q k^T * scale + mask) v for `count` heads. `starts` says where their matrices begin, in elements: `count` places
// in q, then in k, v, the mask and `out`. The rows of `out` are `out_step` apart and contiguous, like those of the mask
// (float32, or null for none), which is added.
typedef struct {
  int32_t dtype; // float32 or bfloat16
  int64_t count, queries, keys, features, value_features;
  ck_matrix q, k, v;
  const int64_t *starts;
  const float *mask;
  int64_t mask_step, out_step;
  // Query i sees keys 0 to i.
  bool is_causal;
  // For bfloat16: products, scaling, mask and weights are rounded one by one, as separate operations would; else all is
  // float32 and the result is rounded once. Ignored for more than 1024 keys.
  bool rounds;
  float scale;
  void *out;
} ck_attention;

// False when memory is short. There must be keys.
bool ck_attend(const ck_attention *attention);

// paths.c

// The names of the paths that this processor has (portable, avx2, avx512, avx512bf16), from slow to fast, then null.
const char *ck_path_name(int32_t index);
// Chooses a path by its name, or anew when null; false when the processor lacks it. Not while kernels run.
bool ck_use_path(const char *name);

// threads.c

// The cores that this process may use.
int32_t ck_core_count(void);
// How many threads kernels use, the caller's among them: as many as cores, or what LESSON_THREADS or ck_use_threads
// said. Results do not depend on it.
int32_t ck_thread_count(void);
// 1 to the number of cores; anything else stands for all cores.
void ck_use_threads(int32_t count);
// Ends the threads of the pool; they start again when needed. A fork does the same by itself.
void ck_stop_threads(void);

// random.c

// The state of PyTorch's CPU generator: a Mersenne Twister and the second value of the last normal pair.
typedef struct {
  uint32_t words[624];
  int32_t index;
  bool has_normal;
  double normal;
  uint64_t seed;
} ck_generator;

void ck_generator_seed(ck_generator *generator, uint64_t seed);
uint32_t ck_random32(ck_generator *generator);
uint64_t ck_random64(ck_generator *generator);
double ck_uniform53(ck_generator *generator);
float ck_uniform24(ck_generator *generator);
double ck_standard_normal(ck_generator *generator);
double ck_natural_log(double value);
// dtype is float64, float32, float16 or bfloat16; the target is contiguous.
void ck_uniform(ck_generator *generator, int32_t dtype, double from, double to, int64_t count, void *out);
// from + a number below `range` (0 stands for 2^64), from one word of the twister or, from 2^32 on, two.
void ck_integers(ck_generator *generator, int64_t from, uint64_t range, int64_t count, int64_t *out);
// `blocks` chooses PyTorch's way for 16 or more contiguous values.
void ck_normal(ck_generator *generator, int32_t dtype, double mean, double std, bool blocks, int64_t count, void *out);

// ramps.c

// start, start + step, ... in int64 (wrapping) or float64, stored as `dtype`; the target is contiguous.
void ck_ramp_int64(int64_t start, int64_t step, int64_t count, int32_t dtype, void *out);
void ck_ramp_double(double start, double step, int64_t count, int32_t dtype, void *out);

// system.c

// `%.*f`, `%.*e` or `%.*g` (format 'f', 'e', 'g') into the buffer; returns the length that was needed.
int32_t ck_format(double value, char format, int32_t precision, char *buffer, int64_t size);

// Bytes of physical memory, 0 when unknown.
uint64_t ck_physical_memory(void);

// A block aligned to 64 bytes, or null.
void *ck_allocate(int64_t bytes);
void ck_free(void *block);

// blocks.c

// A tensor's memory, aligned to 64 bytes, or null; what it holds is not set.
void *ck_take_block(int64_t bytes);
// Takes it back; `bytes` as it was asked for.
void ck_return_block(void *block, int64_t bytes);

// index.c

// The position of the first value outside 0..<size, or -1.
int64_t ck_first_outside(const int64_t *places, int64_t count, int64_t size);
// out[i] = a[i with places[i] at `dim`] for elements of `size` bytes; `shape` and `places` are the index tensor's. Returns
// the position of the first place outside 0..<extent, or -1.
int64_t ck_gather(int64_t size, int32_t rank, int32_t dim, int64_t extent, const int64_t *shape, ck_source a,
                  const int64_t *places, void *out);
// The same places for every line along the middle one of three contiguous dimensions (outer, size, bytes).
void ck_select(int64_t bytes, int64_t outer, int64_t size, int64_t count, const int64_t *places, const void *in,
               void *out);
// The reverse: writes or adds a[i] at out[i with places[i] at `dim`]; adding is for the compute types.
void ck_scatter(bool adds, int32_t rank, int32_t dim, const int64_t *shape, ck_source a, const int64_t *places,
                ck_target out);
// Adds 1 to counts[value] for each value.
void ck_count_values(int64_t count, const int64_t *values, int64_t *counts);

// select.c

// How many bytes of a mask are not 0.
int64_t ck_true_count(int64_t count, const uint8_t *mask);
// The `total` elements, of `size` bytes, at which the mask is true; all contiguous.
void ck_select_true(int64_t size, const uint8_t *mask, int64_t total, const void *in, void *out);
// The indices at which the mask is true (total x rank).
void ck_true_places(int32_t rank, const int64_t *shape, const uint8_t *mask, int64_t total, int64_t *out);
bool ck_same_bytes(int64_t bytes, const void *a, const void *b);

// convolution.c

// How a window moves over images; height first, width second. It fits at least once.
typedef struct {
  int64_t kernel[2], stride[2], padding[2], dilation[2], out[2];
} ck_window;

// The cross-correlation of contiguous images (images x channels x height x width) with contiguous kernels (out channels x
// channels / groups x kernel), + bias (or null), to contiguous images (images x out channels x out).
typedef struct {
  int32_t dtype; // float64, float32, or bfloat16, of which the bias is float32 and all is rounded once
  int64_t images, channels, height, width, groups, out_channels;
  ck_window window;
  const void *x, *weight, *bias;
  void *out;
} ck_convolution;

// False when memory is short.
bool ck_convolve(const ck_convolution *convolution);

// pooling.c

// Pooling works in double whatever the dtype: memory for accuracy.
void ck_max_pool(int64_t planes, int64_t height, int64_t width, ck_window window, const double *in, double *out);
void ck_average_pool(int64_t planes, int64_t height, int64_t width, ck_window window, bool count_padding,
                     const double *in, double *out);
void ck_adaptive_average_pool(int64_t planes, int64_t height, int64_t width, int64_t out_height, int64_t out_width,
                              const double *in, double *out);
