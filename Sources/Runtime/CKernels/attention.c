// Scaled dot-product attention, a block of queries and keys at a time, so that no matrix of all scores is ever written.
//
// Running maxima and sums over blocks of keys: Milakov and Gimelshein, https://arxiv.org/abs/1805.02867; with blocks of
// queries as in Dao et al., https://arxiv.org/abs/2205.14135. All sums are float32; the weights are not rounded.
#include "functions.h"
#include "paths.h"

#include <stdatomic.h>

enum { most_keys = 1024, most_queries = 256, score_bytes = 400 << 10, row_multiple = 8, vector = 16 };
// From so many features on, few queries take dot products.
enum { least_features = 64 };

typedef struct {
  const ck_attention *in;
  const ck_path *path;
  // Queries and keys of a block, the room for a row's keys in whole vectors, and how many blocks of queries there are.
  int64_t queries, keys, step, blocks;
  bool rounds;
  char *own;
  int64_t own_bytes;
  _Atomic bool failed;
} ck_attention_call;

// Where one worker computes: scores and what they give, sums and maxima of rows, and values as float32.
typedef struct {
  float *scores, *mixed, *added, *sums, *tops, *values;
  // Weights as bfloat16, when they are rounded.
  uint16_t *halves;
} ck_attention_space;

static int64_t ceiling(int64_t a, int64_t b) { return (a + b - 1) / b; }

static ck_attention_space space_of(const ck_attention_call *call, int32_t worker) {
  int64_t queries = call->queries, width = call->in->value_features;
  ck_attention_space space = {.scores = (float *)(call->own + worker * call->own_bytes)};
  space.mixed = space.scores + queries * call->step;
  space.added = space.mixed + queries * width;
  space.sums = space.added + queries * width;
  space.tops = space.sums + queries;
  space.values = space.tops + queries;
  space.halves = call->rounds ? (uint16_t *)space.values : NULL;
  return space;
}

static void find_sizes(ck_attention_call *call) {
  const ck_attention *in = call->in;
  call->keys = ceiling(in->keys, ceiling(in->keys, most_keys));
  call->step = ceiling(call->keys, vector) * vector;
  int64_t most = score_bytes / (call->step * (int64_t)sizeof(float));
  most = most > most_queries ? most_queries : most;
  call->queries = ceiling(ceiling(in->queries, ceiling(in->queries, most)), row_multiple) * row_multiple;
  call->blocks = ceiling(in->queries, call->queries);
  int64_t rows = call->queries * (call->step + 2 * in->value_features + 2);
  call->rounds = in->rounds && in->dtype == ck_bfloat16 && call->keys == in->keys;
  int64_t values = call->rounds ? ceiling(call->queries * call->step, 2) : call->keys * in->value_features;
  call->own_bytes = ceiling((rows + values) * (int64_t)sizeof(float), 64) * 64;
}

// Where a head's matrix begins in q, k, v, the mask or `out`.
enum { in_q, in_k, in_v, in_mask, in_out };
static int64_t start(const ck_attention *in, int what, int64_t item) { return in->starts[what * in->count + item]; }

static const void *at(ck_matrix matrix, int32_t dtype, int64_t first, int64_t row) {
  return (const char *)matrix.data + (first + row * matrix.row_stride) * ck_size(dtype);
}

// The values of a block of keys as float32.
static ck_matrix wide_values(const ck_attention_call *call, const ck_attention_space *space, int64_t item, int64_t key,
                             int64_t keys) {
  const ck_attention *in = call->in;
  for (int64_t i = 0; i < keys; i++) {
    ck_load_float(in->dtype, at(in->v, in->dtype, start(in, in_v, item), key + i), in->v.column_stride,
                  in->value_features, space->values + i * in->value_features);
  }
  return (ck_matrix){space->values, in->value_features, 1};
}

// Rows of weights times the values of a block of keys.
static bool mix(const ck_attention_call *call, const ck_attention_space *space, int64_t item, int64_t rows, int64_t key,
                int64_t keys, float *out) {
  const ck_attention *in = call->in;
  ck_product product = {.m = rows, .n = in->value_features, .k = keys, .out = out, .out_step = in->value_features};
  product.b = (ck_matrix){at(in->v, in->dtype, start(in, in_v, item), key), in->v.row_stride, in->v.column_stride};
  product.a = (ck_matrix){space->scores, call->step, 1}, product.out_dtype = ck_float32;
  if (call->rounds) {
    product.a.data = space->halves;
    return ck_multiply(ck_bfloat16, &product);
  }
  if (in->dtype != ck_float32) { product.b = wide_values(call, space, item, key, keys); }
  return ck_multiply(ck_float32, &product);
}

static bool score(const ck_attention_call *call, const ck_attention_space *space, int64_t item, int64_t query,
                  int64_t rows, int64_t key, int64_t keys) {
  const ck_attention *in = call->in;
  ck_product product = {.m = rows, .n = keys, .k = in->features, .out = space->scores};
  product.a = (ck_matrix){at(in->q, in->dtype, start(in, in_q, item), query), in->q.row_stride, in->q.column_stride};
  product.b = (ck_matrix){at(in->k, in->dtype, start(in, in_k, item), key), in->k.column_stride, in->k.row_stride};
  product.out_step = call->step, product.out_dtype = ck_float32;
  return ck_multiply_by(in->features >= least_features, in->dtype, &product);
}

// Scores to weights; returns by how much earlier sums of the row shrink.
static float weigh_row(const ck_attention_call *call, const ck_attention_space *space, int64_t item, int64_t query,
                       int64_t row, int64_t key, int64_t keys) {
  const ck_attention *in = call->in;
  float *scores = space->scores + row * call->step, former = space->tops[row];
  int64_t seen = in->is_causal ? query + row + 1 - key : keys;
  seen = seen < 0 ? 0 : seen > keys ? keys : seen;
  const float *mask = in->mask ? in->mask + start(in, in_mask, item) + (query + row) * in->mask_step + key : NULL;
  float sum = call->path->weigh(seen, in->scale, mask, call->rounds, scores, &space->tops[row]);
  int64_t filled = ceiling(seen, vector) * vector;
  memset(scores + filled, 0, (size_t)(call->step - filled) * sizeof(float));
  float factor = former == -INFINITY ? 0 : former == space->tops[row] ? 1 : ck_exp_float(former - space->tops[row]);
  space->sums[row] = space->sums[row] * factor + sum;
  return factor;
}

// All keys in one block: weights are divided by their sum before they are used, as separate operations would.
static bool attend_at_once(const ck_attention_call *call, const ck_attention_space *space, int64_t item, int64_t query,
                           int64_t rows) {
  int64_t keys = call->in->keys;
  if (!score(call, space, item, query, rows, 0, keys)) { return false; }
  for (int64_t row = 0; row < rows; row++) {
    weigh_row(call, space, item, query, row, 0, keys);
    uint16_t *halves = space->halves ? space->halves + row * call->step : NULL;
    call->path->divide_weights(keys, space->sums[row], space->scores + row * call->step, halves);
    space->sums[row] = 1;
  }
  return mix(call, space, item, rows, 0, keys, space->mixed);
}

static bool add_keys(const ck_attention_call *call, const ck_attention_space *space, int64_t item, int64_t query,
                     int64_t rows, int64_t key) {
  int64_t left = call->in->keys - key, keys = left < call->keys ? left : call->keys;
  int64_t width = call->in->value_features;
  if (!score(call, space, item, query, rows, key, keys)) { return false; }
  for (int64_t row = 0; row < rows; row++) {
    float factor = weigh_row(call, space, item, query, row, key, keys), *mixed = space->mixed + row * width;
    for (int64_t i = 0; key > 0 && i < width; i++) { mixed[i] *= factor; }
  }
  if (!mix(call, space, item, rows, key, keys, key == 0 ? space->mixed : space->added)) { return false; }
  for (int64_t i = 0; key > 0 && i < rows * width; i++) { space->mixed[i] += space->added[i]; }
  return true;
}

static bool attend_in_blocks(const ck_attention_call *call, const ck_attention_space *space, int64_t item,
                             int64_t query, int64_t rows) {
  const ck_attention *in = call->in;
  int64_t end = in->is_causal && query + rows < in->keys ? query + rows : in->keys;
  for (int64_t key = 0; key < end; key += call->keys) {
    if (!add_keys(call, space, item, query, rows, key)) { return false; }
  }
  return true;
}

static bool attend(const ck_attention_call *call, const ck_attention_space *space, int64_t item, int64_t query) {
  const ck_attention *in = call->in;
  int64_t rows = in->queries - query < call->queries ? in->queries - query : call->queries;
  for (int64_t row = 0; row < rows; row++) { space->sums[row] = 0, space->tops[row] = -INFINITY; }
  bool done = call->keys == in->keys ? attend_at_once(call, space, item, query, rows)
                                     : attend_in_blocks(call, space, item, query, rows);
  if (!done) { return false; }
  for (int64_t row = 0; row < rows; row++) {
    float *mixed = space->mixed + row * in->value_features, sum = space->sums[row];
    int64_t place = start(in, in_out, item) + (query + row) * in->out_step;
    for (int64_t i = 0; i < in->value_features; i++) { mixed[i] = mixed[i] / sum; }
    ck_store_float(in->dtype, mixed, in->value_features, (char *)in->out + place * ck_size(in->dtype), 1);
  }
  return true;
}

static void some_blocks(void *context, int32_t worker, int64_t from, int64_t to) {
  ck_attention_call *call = context;
  const ck_attention_space space = space_of(call, worker);
  for (int64_t i = from; i < to; i++) {
    bool done = attend(call, &space, i / call->blocks, i % call->blocks * call->queries);
    if (!done) { atomic_store(&call->failed, true); }
  }
}

bool ck_attend(const ck_attention *in) {
  if (in->count == 0 || in->queries == 0 || in->keys == 0) { return true; }
  ck_attention_call call = {.in = in, .path = ck_path_in_use()};
  find_sizes(&call);
  int64_t bytes = ck_core_count() * call.own_bytes;
  call.own = ck_take_block(bytes);
  if (!call.own) { return false; }
  double work = (double)call.queries * (double)in->keys * (double)(in->features + in->value_features);
  int64_t pieces = in->count * call.blocks, grain = (int64_t)((1 << 17) / (work + 1)) + 1;
  ck_parallel(pieces, grain, some_blocks, &call);
  ck_return_block(call.own, bytes);
  return !atomic_load(&call.failed);
}
