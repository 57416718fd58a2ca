// Walking over strided arrays of one shape together.
#include "convert.h"
#include "threads.h"

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

int64_t ck_walk_count(const ck_walk *walk) {
  int64_t count = walk->done ? 0 : 1;
  for (int32_t d = 0; d < walk->rank; d++) { count *= walk->shape[d]; }
  return count;
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

typedef struct {
  const ck_walk *walk;
  // Pieces of the last dimension.
  int64_t length, pieces;
  bool rows;
  void (*body)(const void *context, const ck_stretch *stretch);
  const void *context;
} stretches;

// Goes to the number `row` of the rows that the walk's last dimension makes.
static void seek(ck_walk *walk, int64_t row) {
  for (int32_t d = walk->rank - 2; d >= 0; d--) {
    walk->index[d] = row % walk->shape[d];
    row /= walk->shape[d];
    for (int32_t a = 0; a < walk->arrays; a++) { walk->offset[a] += walk->strides[a][d] * walk->index[d]; }
  }
}

// How many of `most` rows the walk takes in a straight line.
static int64_t rows_in_line(const ck_walk *walk, int64_t most) {
  int32_t d = walk->rank - 2;
  int64_t left = d < 0 ? 1 : walk->shape[d] - walk->index[d];
  return left < most ? left : most;
}

static void skip_rows(ck_walk *walk, int64_t rows) {
  int32_t d = walk->rank - 2;
  if (d < 0 || rows == 0) { return; }
  walk->index[d] += rows;
  for (int32_t a = 0; a < walk->arrays; a++) { walk->offset[a] += rows * walk->strides[a][d]; }
}

static void do_stretches(void *context, int32_t worker, int64_t first, int64_t last) {
  (void)worker;
  const stretches *job = context;
  ck_walk walk = *job->walk;
  int64_t inner = ck_inner_count(&walk), rows = 1;
  if (first > 0) { seek(&walk, first / job->pieces); }
  for (int64_t item = first; item < last; item += rows) {
    int64_t start = item % job->pieces * job->length;
    rows = job->rows && job->pieces == 1 ? rows_in_line(&walk, last - item) : 1;
    ck_stretch stretch = {.at = item / job->pieces * inner + start, .rows = rows,
                          .count = inner - start < job->length ? inner - start : job->length};
    for (int32_t a = 0; a < walk.arrays; a++) {
      stretch.offset[a] = walk.offset[a] + start * ck_inner_stride(&walk, a);
    }
    job->body(job->context, &stretch);
    skip_rows(&walk, rows - 1);
    if (start + job->length >= inner) { ck_walk_next(&walk); }
  }
}

void ck_walk_stretches(const ck_walk *walk, int64_t piece, bool rows,
                       void (*body)(const void *context, const ck_stretch *stretch), const void *context) {
  if (walk->done) { return; }
  int64_t inner = ck_inner_count(walk), count = ck_walk_count(walk);
  if (walk->rank == 1 && inner <= piece) {
    body(context, &(ck_stretch){.count = inner, .rows = 1});
    return;
  }
  stretches job = {.walk = walk, .length = inner, .pieces = 1, .rows = rows, .body = body, .context = context};
  if (inner > piece) { job.length = piece, job.pieces = (inner + piece - 1) / piece; }
  if (count <= piece) {
    do_stretches(&job, 0, 0, count / inner);
  } else {
    ck_parallel(count / inner * job.pieces, inner >= piece ? 1 : piece / inner, do_stretches, &job);
  }
}
