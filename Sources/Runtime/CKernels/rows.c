// Reductions of rows and columns: sums, extremes and where they stand.
#include "rows.h"

#include <stdatomic.h>

static int32_t compute_type(int32_t dtype) {
  return dtype == ck_float64 ? ck_float64 : ck_is_float(dtype) ? ck_float32 : ck_int64;
}

// n contiguous elements in their compute type.
static void load(int32_t dtype, const void *in, int64_t n, void *out) {
  switch (compute_type(dtype)) {
  case ck_float32: ck_load_float(dtype, in, 1, n, out); break;
  case ck_float64: ck_load_double(dtype, in, 1, n, out); break;
  default: ck_load_int64(dtype, in, 1, n, out); break;
  }
}

// A reduction over the middle one of three contiguous dimensions.
typedef struct {
  const ck_path *path;
  ck_reduction op;
  // Places of extremes instead of values.
  bool places, least;
  int32_t dtype, compute;
  int64_t count, inner;
  const char *in;
  double correction;
  char *out;
  atomic_bool failed;
} reduction;

// A long sum is made of the sums of blocks, which threads share and which need little room when they are converted.
// The blocks do not depend on the threads, so neither does the sum.
enum { float_block = 1 << 14, converted_block = 1 << 12, least_float = 1 << 17, blocks_piece = 1 << 17 };

static int64_t block_length(const reduction *job) {
  return job->dtype == ck_float32 ? float_block : converted_block;
}

// Whether a sum is made in blocks, whatever the layout.
static bool has_blocks(const reduction *job) {
  return !job->places && job->op == ck_sum && job->compute == ck_float32 &&
         job->count > (job->dtype == ck_float32 ? least_float : converted_block);
}

static int64_t block_count(const reduction *job) { return (job->count + block_length(job) - 1) / block_length(job); }

static float block_sum(const reduction *job, int32_t dtype, const char *row, int64_t block) {
  float values[converted_block];
  int64_t start = block * block_length(job), left = job->count - start;
  int64_t n = left < block_length(job) ? left : block_length(job);
  const char *in = row + start * ck_size(dtype);
  if (dtype == ck_float32) { return job->path->reduce_float(ck_sum, (const float *)in, n, 0); }
  job->path->widen(dtype, n, in, values);
  return job->path->reduce_float(ck_sum, values, n, 0);
}

static float sum_of_blocks(const reduction *job, const void *row) {
  double total = 0;
  for (int64_t i = 0; i < block_count(job); i++) { total += (double)block_sum(job, ck_float32, row, i); }
  return (float)total;
}

typedef struct {
  const reduction *job;
  float *sums;
} blocks_call;

// Blocks `first` up to `last` of all rows, one row after the other.
static void sum_blocks(void *context, int32_t worker, int64_t first, int64_t last) {
  const blocks_call *call = context;
  const reduction *job = call->job;
  int64_t blocks = block_count(job);
  (void)worker;
  for (int64_t i = first; i < last; i++) {
    call->sums[i] = block_sum(job, job->dtype, job->in + i / blocks * job->count * ck_size(job->dtype), i % blocks);
  }
}

static bool sum_rows_in_blocks(const reduction *job, int64_t rows) {
  ck_scratch room;
  int64_t blocks = block_count(job);
  if (!ck_get_scratch(&room, rows * blocks * (int64_t)sizeof(float))) { return false; }
  blocks_call call = {job, room.values};
  ck_parallel(rows * blocks, blocks_piece / block_length(job), sum_blocks, &call);
  for (int64_t r = 0; r < rows; r++) {
    double total = 0;
    for (int64_t i = 0; i < blocks; i++) { total += (double)call.sums[r * blocks + i]; }
    ((float *)job->out)[r] = (float)total;
  }
  free(room.block);
  return true;
}

static void reduce_row(const reduction *job, const void *row, int64_t at) {
  const ck_path *path = job->path;
  int64_t count = job->count;
  switch (job->compute) {
  case ck_float32:
    if (job->places) { ((int64_t *)job->out)[at] = path->place_float(row, count, job->least); return; }
    if (has_blocks(job)) { ((float *)job->out)[at] = sum_of_blocks(job, row); return; }
    ((float *)job->out)[at] = path->reduce_float(job->op, row, count, job->correction);
    return;
  case ck_float64:
    if (job->places) { ((int64_t *)job->out)[at] = path->place_double(row, count, job->least); return; }
    ((double *)job->out)[at] = path->reduce_double(job->op, row, count, job->correction);
    return;
  default:
    if (job->places) { ((int64_t *)job->out)[at] = path->place_int64(row, count, job->least); return; }
    ((int64_t *)job->out)[at] = path->reduce_int64(job->op, row, count, job->correction);
    return;
  }
}

static void reduce_rows(void *context, int32_t worker, int64_t first, int64_t last) {
  (void)worker;
  reduction *job = context;
  ck_scratch room;
  bool converts = job->dtype != job->compute;
  if (!ck_get_scratch(&room, converts ? job->count * ck_size(job->compute) : 0)) {
    atomic_store(&job->failed, true);
    return;
  }
  for (int64_t r = first; r < last; r++) {
    const char *row = job->in + r * job->count * ck_size(job->dtype);
    if (converts) { load(job->dtype, row, job->count, room.values); }
    reduce_row(job, converts ? room.values : row, r);
  }
  free(room.block);
}

// Columns are worked on in strips of this width.
enum { strip = ck_many_columns };

static void sum_columns_in_blocks(const reduction *job, const float *in, int64_t step, int32_t columns, float *out) {
  double totals[strip] = {0};
  float sums[strip];
  for (int64_t start = 0; start < job->count; start += block_length(job)) {
    int64_t n = job->count - start < block_length(job) ? job->count - start : block_length(job);
    job->path->reduce_columns_float(ck_sum, in + start * step, step, n, columns, sums);
    for (int32_t c = 0; c < columns; c++) { totals[c] += (double)sums[c]; }
  }
  for (int32_t c = 0; c < columns; c++) { out[c] = (float)totals[c]; }
}

// ck_columns columns, or a strip of them, at once; `step` elements of the compute type from row to row.
static void reduce_some_columns(const reduction *job, const void *in, int64_t step, int32_t columns, int64_t at) {
  const ck_path *path = job->path;
  int64_t count = job->count, *places = (int64_t *)job->out + at;
  void *out = job->out + at * ck_size(job->compute);
  if (has_blocks(job)) {
    sum_columns_in_blocks(job, in, step, columns, out);
    return;
  }
  switch (job->compute) {
  case ck_float32:
    job->places ? path->column_places_float(in, step, count, columns, job->least, places)
                : path->reduce_columns_float(job->op, in, step, count, columns, out);
    break;
  case ck_float64:
    job->places ? path->column_places_double(in, step, count, columns, job->least, places)
                : path->reduce_columns_double(job->op, in, step, count, columns, out);
    break;
  default:
    job->places ? path->column_places_int64(in, step, count, columns, job->least, places)
                : path->reduce_columns_int64(job->op, in, step, count, columns, out);
    break;
  }
}

// The strip's columns, one after the other, as rows.
static void reduce_as_rows(const reduction *job, const char *in, int64_t step, int64_t columns, char *row, int64_t at) {
  int64_t size = ck_size(job->compute);
  for (int64_t c = 0; c < columns; c++) {
    for (int64_t i = 0; i < job->count; i++) {
      memcpy(row + i * size, in + (i * step + c) * size, (size_t)size);
    }
    reduce_row(job, row, at + c);
  }
}

static void reduce_strip(const reduction *job, int64_t outer, int64_t column, char *room) {
  int64_t columns = job->inner - column < strip ? job->inner - column : strip, size = ck_size(job->compute);
  int64_t at = outer * job->inner + column, step = job->inner, c = 0;
  const char *in = job->in + (outer * job->count * job->inner + column) * ck_size(job->dtype);
  if (job->dtype != job->compute) {
    for (int64_t i = 0; i < job->count; i++) {
      load(job->dtype, in + i * step * ck_size(job->dtype), columns, room + i * strip * size);
    }
    in = room, step = strip;
  }
  bool by_columns = job->places || job->op == ck_sum || job->op == ck_max || job->op == ck_min;
  if (by_columns && columns == strip) {
    reduce_some_columns(job, in, step, strip, at);
    return;
  }
  for (; by_columns && c + ck_columns <= columns; c += ck_columns) {
    reduce_some_columns(job, in + c * size, step, ck_columns, at + c);
  }
  reduce_as_rows(job, in + c * size, step, columns - c, room + job->count * strip * size, at + c);
}

static void reduce_strips(void *context, int32_t worker, int64_t first, int64_t last) {
  (void)worker;
  reduction *job = context;
  ck_scratch room;
  int64_t strips = (job->inner + strip - 1) / strip;
  if (!ck_get_scratch(&room, job->count * (strip + 1) * ck_size(job->compute))) {
    atomic_store(&job->failed, true);
    return;
  }
  for (int64_t i = first; i < last; i++) { reduce_strip(job, i / strips, i % strips * strip, room.values); }
  free(room.block);
}

static bool run_reduction(reduction job, int64_t outer) {
  job.path = ck_path_in_use();
  job.compute = compute_type(job.dtype);
  if (job.inner == 1 && has_blocks(&job)) { return sum_rows_in_blocks(&job, outer); }
  if (job.inner == 1) {
    ck_parallel(outer, ck_row_grain(job.count), reduce_rows, &job);
  } else {
    ck_parallel(outer * ((job.inner + strip - 1) / strip), ck_row_grain(job.count * strip), reduce_strips, &job);
  }
  return !atomic_load(&job.failed);
}

bool ck_reduce(ck_reduction op, int32_t dtype, int64_t outer, int64_t count, int64_t inner, const void *in,
               double correction, void *out) {
  return run_reduction((reduction){.op = op, .dtype = dtype, .count = count, .inner = inner, .in = in,
                                   .correction = correction, .out = out},
                       outer);
}

bool ck_arg_extreme(int32_t dtype, bool least, int64_t outer, int64_t count, int64_t inner, const void *in,
                    int64_t *out) {
  return run_reduction((reduction){.places = true, .least = least, .dtype = dtype, .count = count, .inner = inner,
                                   .in = in, .out = (char *)out},
                       outer);
}
