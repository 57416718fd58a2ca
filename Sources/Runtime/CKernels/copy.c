// Copies between strided arrays, with or without a conversion.
#include "paths.h"
#include "threads.h"

// Elements that one thread takes at a time.
enum { piece = 1 << 16 };

static void move(int64_t size, const void *from, int64_t from_stride, void *to, int64_t to_stride, int64_t n) {
  if (from_stride == 1 && to_stride == 1) {
    memcpy(to, from, (size_t)(n * size));
    return;
  }
#define MOVE(TYPE)                                                                                                    \
  {                                                                                                                   \
    TYPE *target = to;                                                                                                \
    const TYPE *source = from;                                                                                        \
    if (from_stride == 0 && to_stride == 1) {                                                                         \
      for (int64_t i = 0; i < n; i++) { target[i] = *source; }                                                        \
    } else {                                                                                                          \
      for (int64_t i = 0; i < n; i++) { target[i * to_stride] = source[i * from_stride]; }                            \
    }                                                                                                                 \
    break;                                                                                                            \
  }
  switch (size) {
  case 8: MOVE(uint64_t)
  case 4: MOVE(uint32_t)
  case 2: MOVE(uint16_t)
  default: MOVE(uint8_t)
  }
}

// The type that values of `from` pass through on their way to `to`.
static int32_t between(int32_t from, int32_t to) {
  if (!ck_is_float(from) && (!ck_is_float(to) || to == ck_float64)) { return ck_int64; }
  return from == ck_float64 ? ck_float64 : ck_float32;
}

// Any number of elements when one side has the type in between and lies contiguous, else at most a chunk.
static void convert(int32_t from, const void *in, int64_t in_stride, int32_t to, void *out, int64_t out_stride,
                    int64_t n) {
  union {
    float f[ck_chunk];
    double d[ck_chunk];
    int64_t i[ck_chunk];
  } room;
  int32_t type = between(from, to);
  bool from_there = from == type && in_stride == 1, to_there = to == type && out_stride == 1;
  const void *values = from_there ? in : to_there ? out : &room;
  void *loaded = to_there ? out : &room;
  switch (type) {
  case ck_int64:
    if (!from_there) { ck_load_int64(from, in, in_stride, n, loaded); }
    if (from_there || !to_there) { ck_store_int64(to, values, n, out, out_stride); }
    break;
  case ck_float64:
    if (!from_there) { ck_load_double(from, in, in_stride, n, loaded); }
    ck_store_double(to, values, n, out, out_stride);
    break;
  default:
    if (!from_there) { ck_load_float(from, in, in_stride, n, loaded); }
    if (from_there || !to_there) { ck_store_float(to, values, n, out, out_stride); }
    break;
  }
}

static void convert_row(int32_t from, const char *in, int64_t in_stride, int32_t to, char *out, int64_t out_stride,
                        int64_t n) {
  if (from == to) {
    move(ck_size(to), in, in_stride, out, out_stride, n);
    return;
  }
  if (!ck_is_float(from) && (!ck_is_float(to) || to == ck_bfloat16) && in_stride == 1 && out_stride == 1) {
    ck_path_in_use()->convert_integers(from, to, n, in, out);
    return;
  }
  for (int64_t start = 0; start < n; start += ck_chunk) {
    int64_t count = n - start < ck_chunk ? n - start : ck_chunk;
    convert(from, in + start * in_stride * ck_size(from), in_stride, to, out + start * out_stride * ck_size(to),
            out_stride, count);
  }
}

typedef struct {
  const char *in;
  char *out;
  int64_t in_stride, out_stride;
  int32_t from, to;
} row_copy;

static void copy_piece(void *context, int32_t worker, int64_t first, int64_t last) {
  (void)worker;
  const row_copy *job = context;
  convert_row(job->from, job->in + first * job->in_stride * ck_size(job->from), job->in_stride, job->to,
              job->out + first * job->out_stride * ck_size(job->to), job->out_stride, last - first);
}

static void copy_row(row_copy job, int64_t n) {
  if (n <= piece) {
    copy_piece(&job, 0, 0, n);
  } else {
    ck_parallel(n, piece, copy_piece, &job);
  }
}

// A matrix whose rows lie apart on one side and whose columns do on the other: tiles that fit the cache line by line.
typedef struct {
  const char *in;
  char *out;
  int64_t rows, columns, in_row, in_column, out_row, out_column, size;
} tiled_copy;

enum { tile = 16 };

#define TILE(TYPE)                                                                                                    \
  static void copy_tile_##TYPE(const tiled_copy *job, int64_t r, int64_t c, int64_t rows, int64_t columns) {          \
    const TYPE *in = (const TYPE *)job->in + r * job->in_row + c * job->in_column;                                    \
    TYPE *out = (TYPE *)job->out + r * job->out_row + c * job->out_column, block[tile][tile];                         \
    int64_t in_row = job->in_row, in_column = job->in_column, out_row = job->out_row, out_column = job->out_column;   \
    if (rows == tile && columns == tile && in_row == 1 && out_column == 1) {                                          \
      for (int64_t j = 0; j < tile; j++) { memcpy(block[j], in + j * in_column, sizeof block[j]); }                   \
      for (int64_t i = 0; i < tile; i++) {                                                                            \
        for (int64_t j = 0; j < tile; j++) { out[i * out_row + j] = block[j][i]; }                                    \
      }                                                                                                               \
      return;                                                                                                         \
    }                                                                                                                 \
    for (int64_t i = 0; i < rows; i++) {                                                                              \
      for (int64_t j = 0; j < columns; j++) { out[i * out_row + j * out_column] = in[i * in_row + j * in_column]; }   \
    }                                                                                                                 \
  }
TILE(uint8_t)
TILE(uint16_t)
TILE(uint32_t)
TILE(uint64_t)

static void copy_tiles(void *context, int32_t worker, int64_t first, int64_t last) {
  (void)worker;
  const tiled_copy *job = context;
  for (int64_t r = first; r < last; r += tile) {
    int64_t rows = last - r < tile ? last - r : tile;
    for (int64_t c = 0; c < job->columns; c += tile) {
      int64_t columns = job->columns - c < tile ? job->columns - c : tile;
      switch (job->size) {
      case 8: copy_tile_uint64_t(job, r, c, rows, columns); break;
      case 4: copy_tile_uint32_t(job, r, c, rows, columns); break;
      case 2: copy_tile_uint16_t(job, r, c, rows, columns); break;
      default: copy_tile_uint8_t(job, r, c, rows, columns); break;
      }
    }
  }
}

static int64_t distance(int64_t stride) { return stride < 0 ? -stride : stride; }

// The dimension in which the source's elements lie side by side, when it is not the last one and tiles pay.
static int32_t tiled_dimension(const ck_walk *walk) {
  int32_t last = walk->rank - 1;
  if (ck_inner_stride(walk, 1) != 1 || distance(ck_inner_stride(walk, 0)) < 2) { return -1; }
  for (int32_t d = last - 1; d >= 0; d--) {
    if (walk->strides[0][d] == 1 && walk->shape[d] >= 8 && walk->shape[last] >= 8) { return d; }
  }
  return -1;
}

static void copy_by_tiles(ck_walk *walk, int32_t d, ck_source source, ck_target target) {
  int32_t last = walk->rank - 1;
  int64_t size = ck_size(target.dtype), rows = walk->shape[d], columns = walk->shape[last];
  tiled_copy job = {
      .rows = rows, .columns = columns, .in_row = walk->strides[0][d], .in_column = walk->strides[0][last],
      .out_row = walk->strides[1][d], .out_column = walk->strides[1][last], .size = size,
  };
  // The walk goes over the other dimensions.
  walk->shape[d] = 1;
  for (; !walk->done; ck_walk_next(walk)) {
    job.in = (const char *)source.data + walk->offset[0] * size;
    job.out = (char *)target.data + walk->offset[1] * size;
    int64_t grain = rows * columns <= piece ? rows : (piece / columns / tile + 1) * tile;
    ck_parallel(rows, grain, copy_tiles, &job);
  }
}

// Lines of equal length that lie apart on both sides.
typedef struct {
  const ck_path *path;
  const char *in;
  char *out;
  int64_t in_step, out_step, bytes;
} line_copy;

static void copy_lines(void *context, int32_t worker, int64_t first, int64_t last) {
  (void)worker;
  const line_copy *job = context;
  job->path->copy_lines(last - first, job->bytes, job->in + first * job->in_step, job->in_step,
                        job->out + first * job->out_step, job->out_step);
}

static void copy_by_lines(ck_walk *walk, ck_source source, ck_target target) {
  int32_t d = walk->rank - 2;
  int64_t size = ck_size(target.dtype), rows = walk->shape[d], n = ck_inner_count(walk);
  line_copy job = {.path = ck_path_in_use(), .in_step = walk->strides[0][d] * size,
                   .out_step = walk->strides[1][d] * size, .bytes = n * size};
  // The walk goes over the dimensions before.
  walk->shape[d] = 1;
  for (; !walk->done; ck_walk_next(walk)) {
    job.in = (const char *)source.data + walk->offset[0] * size;
    job.out = (char *)target.data + walk->offset[1] * size;
    if (rows * n <= piece) {
      copy_lines(&job, 0, 0, rows);
    } else {
      ck_parallel(rows, n < piece ? piece / n : 1, copy_lines, &job);
    }
  }
}

void ck_copy(int32_t rank, const int64_t *shape, ck_source source, ck_target target) {
  ck_walk walk;
  ck_walk_start(&walk, rank, shape, 2, (const int64_t *const[]){source.strides, target.strides});
  int32_t tiled = source.dtype == target.dtype && !walk.done ? tiled_dimension(&walk) : -1;
  if (tiled >= 0) {
    copy_by_tiles(&walk, tiled, source, target);
    return;
  }
  bool has_lines = walk.rank > 1 && ck_inner_stride(&walk, 0) == 1 && ck_inner_stride(&walk, 1) == 1;
  if (source.dtype == target.dtype && !walk.done && has_lines) {
    copy_by_lines(&walk, source, target);
    return;
  }
  for (; !walk.done; ck_walk_next(&walk)) {
    row_copy job = {
        .in = ck_at(source, walk.offset[0]), .out = (char *)target.data + walk.offset[1] * ck_size(target.dtype),
        .in_stride = ck_inner_stride(&walk, 0), .out_stride = ck_inner_stride(&walk, 1),
        .from = source.dtype, .to = target.dtype,
    };
    copy_row(job, ck_inner_count(&walk));
  }
}

typedef struct {
  const ck_path *path;
  int64_t count;
  const char *const *parts;
  const int64_t *bytes;
  // Of a line of the result, and how many lines are written at a time.
  int64_t line, block;
  char *out;
} joining;

// Some lines of each part before the next ones, so that the result passes through the cache once.
static void join_lines(void *context, int32_t worker, int64_t first, int64_t last) {
  (void)worker;
  const joining *job = context;
  for (int64_t start = first; start < last; start += job->block) {
    int64_t lines = last - start < job->block ? last - start : job->block;
    char *out = job->out + start * job->line;
    for (int64_t p = 0; p < job->count; p++) {
      int64_t bytes = job->bytes[p];
      job->path->copy_lines(lines, bytes, job->parts[p] + start * bytes, bytes, out, job->line);
      out += bytes;
    }
  }
}

void ck_join(int64_t lines, int64_t count, const void *const *parts, const int64_t *bytes, void *out) {
  enum { block_bytes = 1 << 14, piece_bytes = 1 << 18 };
  joining job = {.path = ck_path_in_use(), .count = count, .parts = (const char *const *)parts, .bytes = bytes,
                 .out = out};
  for (int64_t p = 0; p < count; p++) { job.line += bytes[p]; }
  if (job.line == 0) { return; }
  job.block = job.line < block_bytes ? block_bytes / job.line : 1;
  ck_parallel(lines, job.line < piece_bytes ? piece_bytes / job.line : 1, join_lines, &job);
}
