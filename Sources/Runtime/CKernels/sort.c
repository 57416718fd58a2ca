// Sorting rows, and running sums and products.
#include "paths.h"
#include "threads.h"

#include <stdatomic.h>

#define CUMULATIVE(T, W)                                                                                              \
  static void cumulative_##T(const T *in, int64_t count, bool product, T *out) {                                      \
    W total = product;                                                                                                \
    if (product) {                                                                                                    \
      for (int64_t i = 0; i < count; i++) { out[i] = (T)(total *= (W)in[i]); }                                        \
    } else {                                                                                                          \
      for (int64_t i = 0; i < count; i++) { out[i] = (T)(total += (W)in[i]); }                                        \
    }                                                                                                                 \
  }
CUMULATIVE(float, float)
CUMULATIVE(double, double)
// Unsigned arithmetic wraps; signed overflow would be undefined.
CUMULATIVE(int64_t, uint64_t)

void ck_cumulative(int32_t compute, bool product, int64_t rows, int64_t count, const void *in, void *out) {
  for (int64_t r = 0; r < rows; r++) {
    int64_t at = r * count;
    switch (compute) {
    case ck_float32: cumulative_float((const float *)in + at, count, product, (float *)out + at); break;
    case ck_float64: cumulative_double((const double *)in + at, count, product, (double *)out + at); break;
    default: cumulative_int64_t((const int64_t *)in + at, count, product, (int64_t *)out + at); break;
    }
  }
}

// A value whose order among unsigned integers is the wanted one, and its place.
typedef struct {
  uint64_t key;
  int64_t place;
} entry;

// -0 equals 0; NaN comes after all numbers (ascending), whatever its sign.
static uint64_t key_of_float(float value) {
  uint32_t bits = ck_bits(value + 0.0f);
  if (value != value) { return UINT32_MAX; }
  return bits >> 31 ? ~bits : bits | 0x80000000u;
}

static uint64_t key_of_double(double value) {
  uint64_t bits;
  double normal = value + 0.0;
  memcpy(&bits, &normal, sizeof bits);
  if (value != value) { return UINT64_MAX; }
  return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static uint64_t key_at(int32_t compute, const void *in, int64_t i) {
  switch (compute) {
  case ck_float32: return key_of_float(((const float *)in)[i]);
  case ck_float64: return key_of_double(((const double *)in)[i]);
  default: return (uint64_t)((const int64_t *)in)[i] ^ (uint64_t)1 << 63;
  }
}

static void sort_few(entry *entries, int64_t count) {
  for (int64_t i = 1; i < count; i++) {
    entry moving = entries[i];
    int64_t at = i;
    for (; at > 0 && entries[at - 1].key > moving.key; at--) { entries[at] = entries[at - 1]; }
    entries[at] = moving;
  }
}

// Counts the keys from the least, so that integers of a small range have few digits; returns the bits that occur.
static uint64_t count_from_least(entry *entries, int64_t count) {
  uint64_t least = ~(uint64_t)0, any = 0;
  for (int64_t i = 0; i < count; i++) { least = entries[i].key < least ? entries[i].key : least; }
  for (int64_t i = 0; i < count; i++) { any |= entries[i].key -= least; }
  return any;
}

// Moves entries to `out` in the order of one digit of their keys; equal ones keep their order. Leaves in `ends` where
// the entries of each digit end.
static void move_by_digit(const entry *in, int64_t count, int shift, uint64_t mask, int64_t *ends, entry *out) {
  int64_t end = 0;
  memset(ends, 0, sizeof(int64_t) * (size_t)(mask + 1));
  for (int64_t i = 0; i < count; i++) { ends[in[i].key >> shift & mask]++; }
  for (uint64_t digit = 0; digit <= mask; digit++) {
    int64_t size = ends[digit];
    ends[digit] = end;
    end += size;
  }
  for (int64_t i = 0; i < count; i++) { out[ends[in[i].key >> shift & mask]++] = in[i]; }
}

// A radix sort by 8 or 11 bits at a time from the lowest on; digits in which no bit of `any` is set cost nothing. The
// result is in `entries`.
static void sort_many(entry *entries, entry *spare, int64_t count, uint64_t any) {
  enum { most_bits = 11 };
  int bits = count < 4096 ? 8 : most_bits;
  uint64_t mask = ((uint64_t)1 << bits) - 1;
  int64_t ends[1 << most_bits];
  entry *from = entries, *to = spare;
  for (int shift = 0; shift < 64; shift += bits) {
    if ((any >> shift & mask) == 0) { continue; }
    move_by_digit(from, count, shift, mask, ends, to);
    entry *other = from;
    from = to, to = other;
  }
  if (from != entries) { memcpy(entries, from, sizeof(entry) * (size_t)count); }
}

static void sort_some(entry *entries, entry *spare, int64_t count) {
  enum { few = 32 };
  if (count <= few) {
    sort_few(entries, count);
  } else {
    sort_many(entries, spare, count, count_from_least(entries, count));
  }
}

typedef struct {
  entry *entries, *spare;
  // Where the parts end.
  const int64_t *ends;
} parting;

// Parts `first` up to `last`, from the spare room to the entries.
static void sort_parts(void *context, int32_t worker, int64_t first, int64_t last) {
  (void)worker;
  const parting *job = context;
  for (int64_t part = first; part < last; part++) {
    int64_t start = part > 0 ? job->ends[part - 1] : 0, count = job->ends[part] - start;
    sort_some(job->spare + start, job->entries + start, count);
    memcpy(job->entries + start, job->spare + start, sizeof(entry) * (size_t)count);
  }
}

// Entries that no cache holds are first parted by the highest digit, when the keys have many: the others are then done
// within the caches, and on several threads.
static void sort_entries(entry *entries, entry *spare, int64_t count) {
  enum { many = 1 << 16, bits = 8, parts = 1 << bits };
  if (count <= many) {
    sort_some(entries, spare, count);
    return;
  }
  uint64_t any = count_from_least(entries, count);
  if (any >> 33 == 0) {
    sort_many(entries, spare, count, any);
    return;
  }
  int64_t ends[parts];
  move_by_digit(entries, count, 64 - bits - __builtin_clzll(any), parts - 1, ends, spare);
  ck_parallel(parts, 4, sort_parts, &(parting){entries, spare, ends});
}

static uint64_t ordered_key(int32_t compute, bool descending, const void *row, int64_t i) {
  uint64_t key = key_at(compute, row, i);
  return descending ? ~key : key;
}

static void sort_row(int32_t compute, bool descending, int64_t count, int64_t wanted, const void *row, entry *entries,
                     int64_t *out) {
  for (int64_t i = 0; i < count; i++) { entries[i] = (entry){ordered_key(compute, descending, row, i), i}; }
  sort_entries(entries, entries + count, count);
  for (int64_t i = 0; i < wanted; i++) { out[i] = entries[i].place; }
}

// How many elements are looked at together in search of the first of all.
enum { look = 16 };

// Whether any of them may come before `value`; NaN may.
static bool has_candidate(const float *in, float value, bool descending) {
  int found = 0;
  if (descending) {
    for (int l = 0; l < look; l++) { found |= !(in[l] <= value); }
  } else {
    for (int l = 0; l < look; l++) { found |= !(in[l] >= value); }
  }
  return found;
}

// Few of many: what comes before the last of the best so far is collected, and sorted when there is no more room.
static void top_of_row(int32_t compute, bool descending, int64_t count, int64_t wanted, int64_t room, const void *row,
                       entry *entries, int64_t *out) {
  int64_t found = 0;
  uint64_t limit = ~(uint64_t)0;
  bool has_limit = false;
  float value = 0;
  for (int64_t i = 0; i < count;) {
    const float *floats = (const float *)row + i;
    // The last ones are never passed over: what was collected is sorted after them.
    if (has_limit && compute == ck_float32 && i + look < count && value == value &&
        !has_candidate(floats, value, descending)) {
      i += look;
      continue;
    }
    for (int64_t end = i + look < count ? i + look : count; i < end; i++) {
      uint64_t key = ordered_key(compute, descending, row, i);
      if (!has_limit || key < limit) { entries[found++] = (entry){key, i}; }
    }
    // Keys are worked out anew, as sorting counts them from the least.
    if (found > room - look || i >= count) {
      sort_entries(entries, entries + room, found);
      found = found < wanted ? found : wanted;
      for (int64_t k = 0; k < found; k++) {
        entries[k].key = ordered_key(compute, descending, row, entries[k].place);
      }
      has_limit = found == wanted;
      limit = entries[found - 1].key;
      if (compute == ck_float32) { value = ((const float *)row)[entries[found - 1].place]; }
    }
  }
  for (int64_t k = 0; k < wanted; k++) { out[k] = entries[k].place; }
}

typedef struct {
  int32_t compute;
  bool descending;
  int64_t count, wanted;
  const char *in;
  int64_t *out;
  atomic_bool failed;
} sorting;

static void sort_rows(void *context, int32_t worker, int64_t first, int64_t last) {
  (void)worker;
  sorting *job = context;
  // Few are kept in order by insertion; of more, many are sorted at a time.
  int64_t count = job->count, wanted = job->wanted, room = wanted <= look ? wanted + look : 2 * wanted + 192;
  bool whole = wanted == 0 || room >= count;
  if (whole) { room = count; }
  int64_t bytes = (int64_t)sizeof(entry) * (2 * room + 1);
  entry *entries = ck_take_block(bytes);
  if (!entries) {
    atomic_store(&job->failed, true);
    return;
  }
  for (int64_t r = first; r < last; r++) {
    const void *row = job->in + r * count * ck_size(job->compute);
    if (whole) {
      sort_row(job->compute, job->descending, count, wanted, row, entries, job->out + r * wanted);
    } else {
      top_of_row(job->compute, job->descending, count, wanted, room, row, entries, job->out + r * wanted);
    }
  }
  ck_return_block(entries, bytes);
}

bool ck_argtop(int32_t compute, bool descending, int64_t rows, int64_t count, int64_t wanted, const void *in,
               int64_t *out) {
  // Elements that one thread takes at a time.
  enum { piece = 1 << 13 };
  sorting job = {.compute = compute, .descending = descending, .count = count, .wanted = wanted, .in = in, .out = out};
  ck_parallel(rows, count > 0 && count < piece ? piece / count : 1, sort_rows, &job);
  return !atomic_load(&job.failed);
}
