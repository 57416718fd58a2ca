// Softmax of rows and of columns, and layer normalisation of rows.
#include "rows.h"

#include <stdatomic.h>

// float64 rows, also in place; those of float32 are kernels of each path.
static void softmax_double(const double *in, int64_t count, bool logarithm, double *out) {
  double top = ck_path_in_use()->reduce_double(ck_max, in, count, 0), total = 0;
  for (int64_t i = 0; i < count; i++) {
    double power = exp(in[i] - top);
    total += power;
    if (!logarithm) { out[i] = power; }
  }
  double log_total = log(total);
  for (int64_t i = 0; i < count; i++) { out[i] = logarithm ? (in[i] - top) - log_total : out[i] / total; }
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

typedef struct {
  const ck_path *path;
  bool softmax, flag, streams;
  int32_t dtype;
  int64_t count, inner;
  // How many columns are worked on at once.
  int32_t strip;
  const char *in, *weight, *bias;
  double epsilon;
  char *out;
  atomic_bool failed;
} normalization;

static void normalize_row(const normalization *job, const void *in, void *out) {
  if (job->softmax) {
    job->path->softmax(job->flag, job->count, in, out);
  } else {
    job->path->layer_norm(job->count, in, (const float *)job->weight, (const float *)job->bias, job->epsilon, job->flag,
                          out);
  }
}

static void normalize_row_double(const normalization *job, const void *in, void *out) {
  if (job->softmax) {
    softmax_double(in, job->count, job->flag, out);
  } else {
    layer_norm_double(in, job->count, (const double *)job->weight, (const double *)job->bias, job->epsilon, job->flag,
                      out);
  }
}

// Results of so many bytes leave the caches anyway: written past them, they need not be read first.
enum { streamed_bytes = 12 << 20 };

// Rows of 16-bit floats are worked on in float32 and rounded once.
static void normalize_rows(void *context, int32_t worker, int64_t first, int64_t last) {
  (void)worker;
  normalization *job = context;
  ck_scratch room;
  bool converts = job->dtype != ck_float32 && job->dtype != ck_float64;
  if (!ck_get_scratch(&room, converts || job->streams ? 2 * job->count * (int64_t)sizeof(float) : 0)) {
    atomic_store(&job->failed, true);
    return;
  }
  for (int64_t r = first; r < last; r++) {
    int64_t at = r * job->count * ck_size(job->dtype);
    if (job->dtype == ck_float64) {
      normalize_row_double(job, job->in + at, job->out + at);
    } else if (job->streams) {
      normalize_row(job, job->in + at, room.values);
      job->path->stream(job->count, room.values, (float *)(job->out + at));
    } else if (!converts) {
      normalize_row(job, job->in + at, job->out + at);
    } else {
      float *in = room.values, *out = in + job->count;
      job->path->widen(job->dtype, job->count, job->in + at, in);
      normalize_row(job, in, out);
      job->path->narrow(job->dtype, job->count, out, job->out + at);
    }
  }
  // What was written past the caches is seen by other threads from here on.
  if (job->streams) { atomic_thread_fence(memory_order_seq_cst); }
  free(room.block);
}

static bool normalize(normalization job, int64_t rows) {
  job.path = ck_path_in_use();
  job.streams = job.dtype == ck_float32 && rows * job.count >= streamed_bytes / (int64_t)sizeof(float);
  ck_parallel(rows, ck_row_grain(job.count), normalize_rows, &job);
  return !atomic_load(&job.failed);
}

// The columns from element `at` on as float32 numbers, `width` apart from row to row.
static void load_columns(const normalization *job, int64_t at, int64_t columns, int32_t width, float *values) {
  int64_t size = ck_size(job->dtype), step = job->inner * size, count = job->count;
  const char *in = job->in + at * size;
  if (columns < width) { memset(values, 0, sizeof(float) * (size_t)(count * width)); }
  if (job->dtype == ck_float32) {
    job->path->copy_lines(count, columns * size, in, step, (char *)values, width * size);
    return;
  }
  for (int64_t i = 0; i < count; i++) { job->path->widen(job->dtype, columns, in + i * step, values + i * width); }
}

// The reverse, to the output.
static void store_columns(const normalization *job, int64_t at, int64_t columns, int32_t width, const float *values) {
  int64_t size = ck_size(job->dtype), step = job->inner * size, count = job->count;
  char *out = job->out + at * size;
  if (job->dtype == ck_float32) {
    job->path->copy_lines(count, columns * size, (const char *)values, width * size, out, step);
    return;
  }
  for (int64_t i = 0; i < count; i++) { job->path->narrow(job->dtype, columns, values + i * width, out + i * step); }
}

// `columns` neighbouring columns from element `at` on, as `width` columns for the kernel.
static void softmax_some_columns(const normalization *job, int64_t at, int64_t columns, int32_t width, float *room) {
  int64_t count = job->count, step = job->inner;
  if (job->dtype == ck_float32 && columns == width) {
    const float *in = (const float *)job->in + at;
    job->path->softmax_columns(job->flag, count, width, in, step, (float *)job->out + at, step);
    return;
  }
  float *results = room + count * width;
  load_columns(job, at, columns, width, room);
  job->path->softmax_columns(job->flag, count, width, room, width, results, width);
  store_columns(job, at, columns, width, results);
}

// The columns as rows of the scratch memory.
static void softmax_columns_double(const normalization *job, int64_t at, int64_t columns, double *rows) {
  const double *in = (const double *)job->in + at;
  double *out = (double *)job->out + at;
  int64_t count = job->count;
  for (int64_t i = 0; i < count; i++) {
    for (int64_t c = 0; c < columns; c++) { rows[c * count + i] = in[i * job->inner + c]; }
  }
  for (int64_t c = 0; c < columns; c++) { softmax_double(rows + c * count, count, job->flag, rows + c * count); }
  for (int64_t i = 0; i < count; i++) {
    for (int64_t c = 0; c < columns; c++) { out[i * job->inner + c] = rows[c * count + i]; }
  }
}

static void softmax_strips(void *context, int32_t worker, int64_t first, int64_t last) {
  (void)worker;
  normalization *job = context;
  ck_scratch room;
  int64_t strips = (job->inner + job->strip - 1) / job->strip;
  if (!ck_get_scratch(&room, 2 * job->count * job->strip * (int64_t)sizeof(float))) {
    atomic_store(&job->failed, true);
    return;
  }
  for (int64_t i = first; i < last; i++) {
    int64_t column = i % strips * job->strip, at = i / strips * job->count * job->inner + column;
    int64_t columns = job->inner - column < job->strip ? job->inner - column : job->strip;
    if (job->dtype == ck_float64) {
      softmax_columns_double(job, at, columns, room.values);
    } else if (columns == job->strip) {
      softmax_some_columns(job, at, columns, job->strip, room.values);
    } else {
      for (int64_t c = 0; c < columns; c += ck_columns) {
        softmax_some_columns(job, at + c, columns - c < ck_columns ? columns - c : ck_columns, ck_columns, room.values);
      }
    }
  }
  free(room.block);
}

// Strips of long columns are narrow, so that they stay in the caches between the passes over them.
static bool softmax_of_columns(normalization job, int64_t outer) {
  job.path = ck_path_in_use();
  job.strip = job.count <= 2048 ? ck_many_columns : ck_columns;
  int64_t strips = (job.inner + job.strip - 1) / job.strip;
  ck_parallel(outer * strips, ck_row_grain(job.count * job.strip), softmax_strips, &job);
  return !atomic_load(&job.failed);
}

bool ck_softmax(int32_t dtype, bool logarithm, int64_t outer, int64_t count, int64_t inner, const void *in, void *out) {
  normalization job = {.softmax = true, .flag = logarithm, .dtype = dtype, .count = count, .inner = inner, .in = in,
                       .out = out};
  return count == 0 ? true : inner == 1 ? normalize(job, outer) : softmax_of_columns(job, outer);
}

bool ck_layer_norm(int32_t dtype, int64_t rows, int64_t count, const void *in, const void *weight, const void *bias,
                   double epsilon, bool root_mean_square, void *out) {
  return normalize((normalization){.flag = root_mean_square, .dtype = dtype, .count = count, .in = in,
                                   .weight = weight, .bias = bias, .epsilon = epsilon, .out = out},
                   rows);
}
