// Elementwise operations: a chunk is loaded into the compute type, worked on, and rounded once on its way out.
#include "functions.h"
#include "paths.h"

#define T double
#define NAME(name) name##_double
#define CALL(name) name##_d
#include "floats.inc"

#define LOOP(EXPRESSION)                                                                                              \
  for (int64_t i = 0; i < n; i++) {                                                                                   \
    int64_t x = in[i];                                                                                                \
    out[i] = (EXPRESSION);                                                                                            \
  }                                                                                                                   \
  break;

// Unsigned arithmetic wraps; signed overflow would be undefined.
#define WRAP(EXPRESSION) ((int64_t)(EXPRESSION))
typedef uint64_t u64;

static void unary_int64(ck_unary_op op, int64_t n, const int64_t *in, int64_t *out) {
  switch (op) {
  case ck_neg: LOOP(WRAP(0 - (u64)x))
  case ck_abs: LOOP(x < 0 ? WRAP(0 - (u64)x) : x)
  case ck_sign: LOOP((x > 0) - (x < 0))
  case ck_square: LOOP(WRAP((u64)x * (u64)x))
  case ck_relu: LOOP(x > 0 ? x : 0)
  case ck_relu6: LOOP(x < 0 ? 0 : x > 6 ? 6 : x)
  case ck_bitwise_not: LOOP(~x)
  case ck_is_nan: case ck_is_inf: LOOP(0 & x)
  case ck_is_finite: LOOP(1 | (x & 0))
  case ck_logical_not: LOOP(x == 0)
  default: LOOP(x)
  }
}

#undef LOOP
#define LOOP(EXPRESSION)                                                                                              \
  for (int64_t i = 0; i < n; i++) {                                                                                   \
    int64_t x = a[i], y = b[i];                                                                                       \
    out[i] = (EXPRESSION);                                                                                            \
  }                                                                                                                   \
  break;

// Division by zero is refused before a kernel runs; the least int64 over -1 wraps.
static inline int64_t quotient(int64_t x, int64_t y) { return y == -1 ? WRAP(0 - (u64)x) : y == 0 ? 0 : x / y; }
static inline int64_t rest_of(int64_t x, int64_t y) { return y == -1 || y == 0 ? 0 : x % y; }
static inline int64_t floored(int64_t x, int64_t y) {
  int64_t rest = rest_of(x, y);
  return quotient(x, y) - (rest != 0 && (rest < 0) != (y < 0));
}
static inline int64_t floored_rest(int64_t x, int64_t y) {
  int64_t rest = rest_of(x, y);
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}
static inline int64_t int_power(int64_t base, int64_t exponent) {
  if (exponent < 0) { return base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0; }
  u64 result = 1, factor = (u64)base;
  for (; exponent > 0; exponent >>= 1, factor *= factor) {
    if (exponent & 1) { result *= factor; }
  }
  return (int64_t)result;
}
static inline int64_t shifted_left(int64_t x, int64_t y) { return y < 0 || y > 63 ? 0 : WRAP((u64)x << y); }
static inline int64_t shifted_right(int64_t x, int64_t y) { return x >> (y < 0 || y > 63 ? 63 : y); }

static void binary_int64(ck_binary_op op, int64_t n, const int64_t *a, const int64_t *b, int64_t *out) {
  switch (op) {
  case ck_add: LOOP(WRAP((u64)x + (u64)y))
  case ck_sub: LOOP(WRAP((u64)x - (u64)y))
  case ck_mul: LOOP(WRAP((u64)x * (u64)y))
  case ck_floor_divide: LOOP(floored(x, y))
  case ck_div: case ck_trunc_divide: LOOP(quotient(x, y))
  case ck_remainder: LOOP(floored_rest(x, y))
  case ck_fmod: LOOP(rest_of(x, y))
  case ck_pow: LOOP(int_power(x, y))
  case ck_maximum: LOOP(x > y ? x : y)
  case ck_minimum: LOOP(x < y ? x : y)
  case ck_bitwise_and: LOOP(x & y)
  case ck_bitwise_or: LOOP(x | y)
  case ck_bitwise_xor: LOOP(x ^ y)
  case ck_shift_left: LOOP(shifted_left(x, y))
  case ck_shift_right: LOOP(shifted_right(x, y))
  case ck_eq: LOOP(x == y)
  case ck_ne: LOOP(x != y)
  case ck_lt: LOOP(x < y)
  case ck_le: LOOP(x <= y)
  case ck_gt: LOOP(x > y)
  case ck_ge: LOOP(x >= y)
  case ck_logical_and: LOOP(x != 0 && y != 0)
  case ck_logical_or: LOOP(x != 0 || y != 0)
  case ck_logical_xor: LOOP((x != 0) != (y != 0))
  default: break;
  }
}

typedef union {
  float f[ck_chunk];
  double d[ck_chunk];
  int64_t i[ck_chunk];
} chunk;

static void load(int32_t compute, ck_source source, int64_t offset, int64_t stride, int64_t n, chunk *out) {
  const void *data = ck_at(source, offset);
  switch (compute) {
  case ck_float32: ck_load_float(source.dtype, data, stride, n, out->f); break;
  case ck_float64: ck_load_double(source.dtype, data, stride, n, out->d); break;
  default: ck_load_int64(source.dtype, data, stride, n, out->i); break;
  }
}

static void store(int32_t compute, const chunk *values, int64_t n, int32_t dtype, void *out) {
  switch (compute) {
  case ck_float32: ck_store_float(dtype, values->f, n, out, 1); break;
  case ck_float64: ck_store_double(dtype, values->d, n, out, 1); break;
  default: ck_store_int64(dtype, values->i, n, out, 1); break;
  }
}

// Elements that are worth a thread: operations on one operand are mostly functions, others cost memory traffic only.
enum { unary_piece = 1 << 14, binary_piece = 1 << 16 };

// Contiguous float32 is worked on where it lies; all else by way of chunks.
static bool is_plain(ck_source source, int64_t stride, int32_t compute) {
  return source.dtype == compute && compute == ck_float32 && stride == 1;
}

typedef struct {
  const ck_path *path;
  ck_unary_op op;
  const double *parameters;
  int32_t compute, out_dtype;
  int64_t step;
  ck_source a;
  char *out;
  // For bfloat16, where there is one.
  const uint16_t *table;
} unary_job;

static void unary_stretch(const void *context, const ck_stretch *stretch) {
  const unary_job *job = context;
  const ck_path *path = job->path;
  char *target = job->out + stretch->at * ck_size(job->out_dtype);
  if (is_plain(job->a, job->step, job->compute) && job->out_dtype == job->compute) {
    path->unary(job->op, job->parameters, stretch->count, ck_at(job->a, stretch->offset[0]), (float *)target);
    return;
  }
  if (job->a.dtype == ck_bfloat16 && job->step == 1 && job->out_dtype == ck_bfloat16) {
    const uint16_t *in = ck_at(job->a, stretch->offset[0]);
    if (job->table) {
      path->look_up(job->table, stretch->count, in, (uint16_t *)target);
    } else {
      path->unary_bfloat16(job->op, job->parameters, stretch->count, in, (uint16_t *)target);
    }
    return;
  }
  if (job->op == ck_logical_not && ck_size(job->a.dtype) == 1 && job->step == 1 && !ck_is_float(job->a.dtype)) {
    const uint8_t zero = 0;
    job->path->native(ck_eq, ck_uint8, 1, stretch->count, (ck_operand){ck_at(job->a, stretch->offset[0]), 1, 0},
                      (ck_operand){&zero, 0, 0}, target);
    return;
  }
  chunk x, result;
  for (int64_t start = 0; start < stretch->count; start += ck_chunk) {
    int64_t n = stretch->count - start < ck_chunk ? stretch->count - start : ck_chunk;
    load(job->compute, job->a, stretch->offset[0] + start * job->step, job->step, n, &x);
    switch (job->compute) {
    case ck_float32: path->unary(job->op, job->parameters, n, x.f, result.f); break;
    case ck_float64: unary_double(job->op, job->parameters, n, x.d, result.d); break;
    default: unary_int64(job->op, n, x.i, result.i); break;
    }
    store(job->compute, &result, n, job->out_dtype, target);
    target += n * ck_size(job->out_dtype);
  }
}

void ck_unary(ck_unary_op op, const double *parameters, int32_t compute, int32_t rank, const int64_t *shape,
              ck_source a, void *out, int32_t out_dtype) {
  ck_walk walk;
  ck_walk_start(&walk, rank, shape, 1, (const int64_t *const[]){a.strides});
  unary_job job = {
      .path = ck_path_in_use(), .op = op, .parameters = parameters, .compute = compute, .out_dtype = out_dtype,
      .step = ck_inner_stride(&walk, 0), .a = a, .out = out,
  };
  if (a.dtype == ck_bfloat16 && out_dtype == ck_bfloat16) {
    job.table = ck_bfloat16_table(op, parameters, ck_walk_count(&walk));
  }
  ck_walk_stretches(&walk, unary_piece, false, unary_stretch, &job);
}

typedef struct {
  const ck_path *path;
  ck_binary_op op;
  int32_t compute, out_dtype;
  int64_t a_step, b_step, a_row, b_row;
  ck_source a, b;
  char *out;
} binary_job;

// Powers that are operations of their own, as they are in PyTorch.
static bool power_stretch(const binary_job *job, const ck_stretch *stretch) {
  static const struct {
    float exponent;
    ck_unary_op op;
  } powers[] = {{2, ck_square}, {3, ck_cube}, {0.5f, ck_sqrt}, {-0.5f, ck_rsqrt}, {-1, ck_reciprocal}};
  if (job->op != ck_pow || job->b_step != 0 || job->compute != ck_float32) { return false; }
  float exponent;
  ck_load_float(job->b.dtype, ck_at(job->b, stretch->offset[1]), 1, 1, &exponent);
  for (size_t i = 0; i < sizeof powers / sizeof *powers; i++) {
    if (powers[i].exponent != exponent) { continue; }
    unary_job power = {
        .path = job->path, .op = powers[i].op, .compute = ck_float32, .out_dtype = job->out_dtype, .step = job->a_step,
        .a = job->a, .out = job->out,
    };
    unary_stretch(&power, stretch);
    return true;
  }
  return false;
}

static bool is_simple(int64_t step) { return step == 0 || step == 1; }

// Tries it without a compute type.
static bool native_rows(const binary_job *job, const ck_stretch *stretch) {
  bool same = job->a.dtype == job->b.dtype && (job->out_dtype == job->a.dtype || job->op >= ck_eq);
  if (!same || !is_simple(job->a_step) || !is_simple(job->b_step) || job->a_step + job->b_step == 0) { return false; }
  return job->path->native(job->op, job->a.dtype, stretch->rows, stretch->count,
                           (ck_operand){ck_at(job->a, stretch->offset[0]), job->a_step, job->a_row},
                           (ck_operand){ck_at(job->b, stretch->offset[1]), job->b_step, job->b_row},
                           job->out + stretch->at * ck_size(job->out_dtype));
}

// Whether an operand's stretch is contiguous bfloat16, or one number, which is then loaded.
static bool load_bfloat16(ck_source source, int64_t step, int64_t offset, const void **operand, float *number) {
  *operand = step == 0 ? number : ck_at(source, offset);
  if (step == 0 && ck_is_float(source.dtype)) { ck_load_float(source.dtype, ck_at(source, offset), 1, 1, number); }
  return step == 0 ? ck_is_float(source.dtype) : step == 1 && source.dtype == ck_bfloat16;
}

// Tries it on bfloat16 in one pass, beside numbers of any precision.
static bool bfloat16_stretch(const binary_job *job, const ck_stretch *stretch) {
  bool fits = job->compute == ck_float32 && (job->out_dtype == ck_bfloat16 || job->op >= ck_eq);
  if (!fits || job->a_step + job->b_step == 0) { return false; }
  float x, y;
  const void *a, *b;
  return load_bfloat16(job->a, job->a_step, stretch->offset[0], &a, &x) &&
         load_bfloat16(job->b, job->b_step, stretch->offset[1], &b, &y) &&
         job->path->native_bfloat16(job->op, stretch->count, a, job->a_step, b, job->b_step,
                                    job->out + stretch->at * ck_size(job->out_dtype));
}

static void binary_stretch(const binary_job *job, const ck_stretch *stretch) {
  if (bfloat16_stretch(job, stretch) || power_stretch(job, stretch)) { return; }
  char *target = job->out + stretch->at * ck_size(job->out_dtype);
  int32_t compute = job->compute;
  bool plain_a = is_plain(job->a, job->a_step, compute), plain_b = is_plain(job->b, job->b_step, compute);
  chunk x, y, result;
  for (int64_t start = 0; start < stretch->count; start += ck_chunk) {
    int64_t n = stretch->count - start < ck_chunk ? stretch->count - start : ck_chunk;
    int64_t a_at = stretch->offset[0] + start * job->a_step, b_at = stretch->offset[1] + start * job->b_step;
    if (!plain_a && (job->a_step != 0 || start == 0)) { load(compute, job->a, a_at, job->a_step, n, &x); }
    if (!plain_b && (job->b_step != 0 || start == 0)) { load(compute, job->b, b_at, job->b_step, n, &y); }
    switch (compute) {
    case ck_float32: {
      const float *first = plain_a ? ck_at(job->a, a_at) : x.f, *second = plain_b ? ck_at(job->b, b_at) : y.f;
      float *to = job->out_dtype == ck_float32 ? (float *)target : result.f;
      job->path->binary(job->op, n, first, second, to);
      break;
    }
    case ck_float64: binary_double(job->op, n, x.d, y.d, result.d); break;
    default: binary_int64(job->op, n, x.i, y.i, result.i); break;
    }
    if (compute != ck_float32 || job->out_dtype != ck_float32) { store(compute, &result, n, job->out_dtype, target); }
    target += n * ck_size(job->out_dtype);
  }
}

static void binary_rows(const void *context, const ck_stretch *stretch) {
  const binary_job *job = context;
  if (native_rows(job, stretch)) { return; }
  ck_stretch row = *stretch;
  for (int64_t r = 0; r < stretch->rows; r++) {
    binary_stretch(job, &row);
    row.at += row.count, row.offset[0] += job->a_row, row.offset[1] += job->b_row;
  }
}

void ck_binary(ck_binary_op op, int32_t compute, int32_t rank, const int64_t *shape, ck_source a, ck_source b,
               void *out, int32_t out_dtype) {
  ck_walk walk;
  ck_walk_start(&walk, rank, shape, 2, (const int64_t *const[]){a.strides, b.strides});
  binary_job job = {
      .path = ck_path_in_use(), .op = op, .compute = compute, .out_dtype = out_dtype,
      .a_step = ck_inner_stride(&walk, 0), .b_step = ck_inner_stride(&walk, 1), .a_row = ck_row_stride(&walk, 0),
      .b_row = ck_row_stride(&walk, 1), .a = a, .b = b, .out = out,
  };
  ck_walk_stretches(&walk, binary_piece, true, binary_rows, &job);
}

typedef struct {
  const ck_path *path;
  int64_t size, condition_step, a_step, b_step;
  ck_source condition, a, b;
  char *out;
} where_job;

static void where_stretch(const void *context, const ck_stretch *stretch) {
  const where_job *job = context;
  const uint8_t *condition = ck_at(job->condition, stretch->offset[0]);
  const char *a = ck_at(job->a, stretch->offset[1]), *b = ck_at(job->b, stretch->offset[2]);
  char *target = job->out + stretch->at * job->size;
  uint8_t few[ck_chunk];
  for (int64_t start = 0; start < stretch->count; start += ck_chunk) {
    int64_t n = stretch->count - start < ck_chunk ? stretch->count - start : ck_chunk;
    const uint8_t *chosen = condition + start * job->condition_step;
    if (job->condition_step != 1) {
      for (int64_t i = 0; i < n; i++) { few[i] = chosen[i * job->condition_step]; }
      chosen = few;
    }
    job->path->choose(job->size, n, chosen, a + start * job->a_step * job->size, job->a_step,
                      b + start * job->b_step * job->size, job->b_step, target + start * job->size);
  }
}

void ck_where(int64_t size, int32_t rank, const int64_t *shape, ck_source condition, ck_source a, ck_source b,
              void *out) {
  ck_walk walk;
  ck_walk_start(&walk, rank, shape, 3, (const int64_t *const[]){condition.strides, a.strides, b.strides});
  where_job job = {
      .path = ck_path_in_use(), .size = size, .condition_step = ck_inner_stride(&walk, 0),
      .a_step = ck_inner_stride(&walk, 1), .b_step = ck_inner_stride(&walk, 2),
      .condition = condition, .a = a, .b = b, .out = out,
  };
  ck_walk_stretches(&walk, binary_piece, false, where_stretch, &job);
}

bool ck_any_zero(int32_t rank, const int64_t *shape, ck_source a) {
  ck_walk walk;
  ck_walk_start(&walk, rank, shape, 1, (const int64_t *const[]){a.strides});
  for (; !walk.done; ck_walk_next(&walk)) {
    for (int64_t i = 0; i < ck_inner_count(&walk); i++) {
      int64_t value;
      ck_load_int64(a.dtype, ck_at(a, walk.offset[0] + i * ck_inner_stride(&walk, 0)), 1, 1, &value);
      if (value == 0) { return true; }
    }
  }
  return false;
}
