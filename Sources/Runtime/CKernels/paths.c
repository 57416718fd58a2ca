// Which path of kernels runs: chosen once, by what the processor has and by the environment variable LESSON_KERNELS.
#include "paths.h"

#include <stdatomic.h>
#include <stdlib.h>

// From the slowest to the fastest that this processor has; ends with null.
static const ck_path *const *available(void) {
  static const ck_path *paths[5];
  static atomic_bool ready;
  if (atomic_load_explicit(&ready, memory_order_acquire)) { return paths; }
  int count = 0;
  // Threads that come here together write the same values.
  paths[count++] = &ck_path_portable;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    paths[count++] = &ck_path_avx2;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
      paths[count++] = &ck_path_avx512;
      if (__builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vnni") &&
          ck_bfloat16_rounds_each_sum()) {
        paths[count++] = &ck_path_avx512bf16;
      }
    }
  }
#endif
  atomic_store_explicit(&ready, true, memory_order_release);
  return paths;
}

static const ck_path *named(const char *name) {
  for (const ck_path *const *path = available(); *path; path++) {
    if (strcmp((*path)->name, name) == 0) { return *path; }
  }
  return NULL;
}

static const ck_path *chosen(void) {
  const char *wanted = getenv("LESSON_KERNELS");
  const ck_path *path = wanted ? named(wanted) : NULL;
  if (path) { return path; }
  const ck_path *const *all = available();
  while (all[1]) { all++; }
  return *all;
}

static _Atomic(const ck_path *) in_use;

const ck_path *ck_path_in_use(void) {
  const ck_path *path = atomic_load_explicit(&in_use, memory_order_relaxed);
  if (!path) {
    path = chosen();
    atomic_store_explicit(&in_use, path, memory_order_relaxed);
  }
  return path;
}

const char *ck_path_name(int32_t index) {
  const ck_path *const *path = available();
  for (int32_t i = 0; path[i]; i++) {
    if (i == index) { return path[i]->name; }
  }
  return NULL;
}

bool ck_use_path(const char *name) {
  const ck_path *path = name ? named(name) : chosen();
  if (path) { atomic_store_explicit(&in_use, path, memory_order_relaxed); }
  return path != NULL;
}
