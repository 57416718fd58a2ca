// PyTorch's random streams on the CPU: a Mersenne Twister, and its ways to uniform and normal values.
#include "paths.h"

#include <pthread.h>

// Matsumoto and Nishimura's MT19937, http://www.math.sci.hiroshima-u.ac.jp/m-mat/MT/emt.html.
void ck_generator_seed(ck_generator *generator, uint64_t seed) {
  generator->seed = seed;
  generator->has_normal = false;
  generator->normal = 0;
  generator->index = 624;
  generator->words[0] = (uint32_t)seed;
  for (uint32_t i = 1; i < 624; i++) {
    uint32_t last = generator->words[i - 1];
    generator->words[i] = 1812433253u * (last ^ (last >> 30)) + i;
  }
}

static void regenerate(ck_generator *generator) {
  ck_path_in_use()->twist(generator->words);
  generator->index = 0;
}

uint32_t ck_random32(ck_generator *generator) {
  if (generator->index >= 624) { regenerate(generator); }
  return ck_tempered(generator->words[generator->index++]);
}

// What `n` calls of ck_random32 give.
static void draw(ck_generator *generator, int64_t n, uint32_t *out) {
  while (n > 0) {
    if (generator->index >= 624) { regenerate(generator); }
    int64_t count = 624 - generator->index < n ? 624 - generator->index : n;
    ck_path_in_use()->temper(count, generator->words + generator->index, out);
    generator->index += (int32_t)count, out += count, n -= count;
  }
}

uint64_t ck_random64(ck_generator *generator) {
  uint64_t high = ck_random32(generator);
  return (high << 32) | ck_random32(generator);
}

double ck_uniform53(ck_generator *generator) { return (double)(ck_random64(generator) & ((1ull << 53) - 1)) * 0x1p-53; }
float ck_uniform24(ck_generator *generator) { return (float)(ck_random32(generator) & ((1u << 24) - 1)) * 0x1p-24f; }

// The Box-Muller transform on doubles; the second value of a pair is kept for the next call.
double ck_standard_normal(ck_generator *generator) {
  if (generator->has_normal) {
    generator->has_normal = false;
    return generator->normal;
  }
  double u1 = ck_uniform53(generator), u2 = ck_uniform53(generator);
  double radius = sqrt(-2 * log1p(-u2)), angle = 2 * M_PI * u1;
  generator->normal = radius * sin(angle);
  generator->has_normal = true;
  return radius * cos(angle);
}

static float rounded(int32_t dtype, float value) {
  return dtype == ck_bfloat16 ? ck_float_from_bfloat16(ck_bfloat16_from_float(value))
                              : ck_float_from_float16(ck_float16_from_float(value));
}

// The number of values that a small type's uniforms have: as many bits as its significand.
static int32_t small_units(int32_t dtype) { return dtype == ck_bfloat16 ? 256 : 2048; }

static void small_uniform(int32_t dtype, int64_t n, const uint32_t *words, float from, float range, void *out) {
  float values[ck_chunk], unit = 1 / (float)small_units(dtype);
  uint32_t mask = (uint32_t)small_units(dtype) - 1;
  for (int64_t i = 0; i < n; i++) { values[i] = (float)(int32_t)(words[i] & mask) * unit * range + from; }
  ck_path_in_use()->narrow(dtype, n, values, out);
}

// At most a chunk of values.
static void uniform_chunk(ck_generator *generator, int32_t dtype, double from, double to, int64_t n, void *out) {
  uint32_t words[2 * ck_chunk];
  draw(generator, dtype == ck_float64 ? 2 * n : n, words);
  if (dtype == ck_float64) {
    ck_path_in_use()->uniform_double(n, words, from, to - from, out);
  } else if (dtype == ck_float32) {
    ck_path_in_use()->uniform_float(n, words, (float)from, (float)to - (float)from, out);
  } else {
    float a = rounded(dtype, (float)from), range = rounded(dtype, rounded(dtype, (float)to) - a);
    small_uniform(dtype, n, words, a, range, out);
  }
}

void ck_uniform(ck_generator *generator, int32_t dtype, double from, double to, int64_t count, void *out) {
  for (int64_t at = 0; at < count; at += ck_chunk) {
    int64_t n = count - at < ck_chunk ? count - at : ck_chunk;
    uniform_chunk(generator, dtype, from, to, n, (char *)out + at * ck_size(dtype));
  }
}

// word % range without a division (Lemire, Kaser and Kurz, https://arxiv.org/abs/1902.01961): the fraction of
// word / range in 64 bits, times the range.
static void small_integers(ck_generator *generator, int64_t from, uint32_t range, int64_t n, int64_t *out) {
  uint32_t words[ck_chunk];
  uint64_t reciprocal = UINT64_MAX / range + 1;
  draw(generator, n, words);
  for (int64_t i = 0; i < n; i++) {
    uint64_t rest = (uint64_t)(((unsigned __int128)(reciprocal * words[i]) * range) >> 64);
    out[i] = (int64_t)((uint64_t)from + rest);
  }
}

// From two words, the high one first.
static void large_integers(ck_generator *generator, int64_t from, uint64_t range, int64_t n, int64_t *out) {
  uint32_t words[2 * ck_chunk];
  draw(generator, 2 * n, words);
  for (int64_t i = 0; i < n; i++) {
    uint64_t word = ((uint64_t)words[2 * i] << 32) | words[2 * i + 1];
    out[i] = (int64_t)((uint64_t)from + (range == 0 ? word : word % range));
  }
}

void ck_integers(ck_generator *generator, int64_t from, uint64_t range, int64_t count, int64_t *out) {
  for (int64_t at = 0; at < count; at += ck_chunk) {
    int64_t n = count - at < ck_chunk ? count - at : ck_chunk;
    if (range != 0 && range <= UINT32_MAX) {
      small_integers(generator, from, (uint32_t)range, n, out + at);
    } else {
      large_integers(generator, from, range, n, out + at);
    }
  }
}

static void normal_block_double(double *x, double mean, double std) {
  for (int j = 0; j < 8; j++) {
    double radius = sqrt(-2 * log(1 - x[j])), angle = 2 * M_PI * x[j + 8];
    x[j] = radius * cos(angle) * std + mean;
    x[j + 8] = radius * sin(angle) * std + mean;
  }
}

#define STEP(EXPRESSION) rounded(dtype, (float)(EXPRESSION))
static float small_radius(int32_t dtype, float u) {
  float logarithm = STEP(log((double)STEP(1 - u)));
  return STEP(sqrt((double)STEP(-2 * logarithm)));
}
static float small_cosine(int32_t dtype, float u) { return STEP(cos((double)STEP(2 * M_PI * (double)u))); }
static float small_sine(int32_t dtype, float u) { return STEP(sin((double)STEP(2 * M_PI * (double)u))); }
#undef STEP

// These functions of all uniform values of a small type.
typedef struct {
  int32_t units;
  float radius[2048], cosine[2048], sine[2048];
} small_table;

static void make_table(int32_t dtype, small_table *table) {
  table->units = small_units(dtype);
  for (int32_t i = 0; i < table->units; i++) {
    float u = (float)i / (float)table->units;
    table->radius[i] = small_radius(dtype, u);
    table->cosine[i] = small_cosine(dtype, u), table->sine[i] = small_sine(dtype, u);
  }
}

static small_table tables[2];
static void make_tables(void) { make_table(ck_float16, &tables[0]), make_table(ck_bfloat16, &tables[1]); }

static const small_table *table_of(int32_t dtype) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_tables);
  return &tables[dtype == ck_bfloat16];
}

// Both products of a block's eight pairs.
static void small_pairs(const small_table *table, float *x) {
  float units = (float)table->units;
  for (int j = 0; j < 8; j++) {
    int32_t i = (int32_t)(x[j] * units), k = (int32_t)(x[j + 8] * units);
    x[j] = table->radius[i] * table->cosine[k], x[j + 8] = table->radius[i] * table->sine[k];
  }
}

// The small types round after every step, as PyTorch 2.1.1 does. At most a chunk of whole blocks.
static void small_normals(int32_t dtype, int64_t n, float mean, float std, void *out) {
  const ck_path *path = ck_path_in_use();
  const small_table *table = table_of(dtype);
  float x[ck_chunk];
  mean = rounded(dtype, mean), std = rounded(dtype, std);
  path->widen(dtype, n, out, x);
  for (int64_t at = 0; at < n; at += 16) { small_pairs(table, x + at); }
  path->narrow(dtype, n, x, out), path->widen(dtype, n, out, x);
  for (int64_t i = 0; i < n; i++) { x[i] *= std; }
  path->narrow(dtype, n, x, out), path->widen(dtype, n, out, x);
  for (int64_t i = 0; i < n; i++) { x[i] += mean; }
  path->narrow(dtype, n, x, out);
}

// Uniform values become normal ones in their place, as far as they fill blocks.
static void transform(int32_t dtype, int64_t n, double mean, double std, void *out) {
  int64_t blocks = n / 16;
  if (dtype == ck_float64) {
    for (int64_t i = 0; i < blocks; i++) { normal_block_double((double *)out + i * 16, mean, std); }
  } else if (dtype == ck_float32) {
    ck_path_in_use()->normal_float(blocks, (float)mean, (float)std, out);
  } else {
    small_normals(dtype, blocks * 16, (float)mean, (float)std, out);
  }
}

// The last 16 are drawn anew when blocks leave some over.
static void normal_blocks(ck_generator *generator, int32_t dtype, double mean, double std, int64_t count, char *out) {
  for (int64_t at = 0; at < count; at += ck_chunk) {
    int64_t n = count - at < ck_chunk ? count - at : ck_chunk;
    char *to = out + at * ck_size(dtype);
    uniform_chunk(generator, dtype, 0, 1, n, to);
    transform(dtype, n, mean, std, to);
  }
  if (count % 16 != 0) {
    char *to = out + (count - 16) * ck_size(dtype);
    uniform_chunk(generator, dtype, 0, 1, 16, to);
    transform(dtype, 16, mean, std, to);
  }
}

void ck_normal(ck_generator *generator, int32_t dtype, double mean, double std, bool blocks, int64_t count, void *out) {
  if (blocks) {
    normal_blocks(generator, dtype, mean, std, count, out);
    return;
  }
  for (int64_t i = 0; i < count; i++) {
    double value = ck_standard_normal(generator) * std + mean;
    ck_store_double(dtype, &value, 1, (char *)out + i * ck_size(dtype), 1);
  }
}

double ck_natural_log(double value) { return log(value); }
