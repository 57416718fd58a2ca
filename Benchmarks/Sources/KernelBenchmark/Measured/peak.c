// What this machine can do at most: for each line `THREADS flops float32`, `THREADS flops bfloat16` or `THREADS bytes` on
// standard input, products and sums, or bytes read from memory, per second. Compiled for the machine it runs on.

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
enum { lanes = 16, sums = 24 };
#elif defined(__AVX__)
enum { lanes = 8, sums = 12 };
#else
enum { lanes = 4, sums = 12 };
#endif
typedef float vector __attribute__((ext_vector_type(lanes)));

enum { rounds = 2000000, memory_bytes = 256 << 20 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// Every thread's rate.
typedef struct {
  char kind;
  double rate;
  char *memory;
} task;

static double multiply_float32(void) {
  vector s[sums], a = (vector)(0.999f), b = (vector)(0.001f);
  for (int i = 0; i < sums; i++) { s[i] = (vector)((float)i); }
  double start = now();
  for (int r = 0; r < rounds; r++) {
    for (int i = 0; i < sums; i++) { s[i] = __builtin_elementwise_fma(s[i], a, b); }
    __asm__ volatile("" ::: "memory");
  }
  double elapsed = now() - start;
  volatile float kept = 0;
  for (int i = 0; i < sums; i++) { kept += s[i][0]; }
  return 2.0 * lanes * sums * rounds / elapsed;
}

#if defined(__AVX512BF16__)
static double multiply_bfloat16(void) {
  __m512 s[sums];
  __m512bh a = (__m512bh)_mm512_set1_epi32(0x3f803f80);
  for (int i = 0; i < sums; i++) { s[i] = _mm512_setzero_ps(); }
  double start = now();
  for (int r = 0; r < rounds; r++) {
    for (int i = 0; i < sums; i++) { s[i] = _mm512_dpbf16_ps(s[i], a, a); }
    __asm__ volatile("" ::: "memory");
  }
  double elapsed = now() - start;
  volatile float kept = 0;
  for (int i = 0; i < sums; i++) { kept += _mm512_cvtss_f32(s[i]); }
  return 4.0 * lanes * sums * rounds / elapsed;
}
#else
static double multiply_bfloat16(void) { return multiply_float32(); }
#endif

static double read_memory(const char *memory) {
  typedef uint64_t words __attribute__((ext_vector_type(8)));
  words total[4] = {0}, v[4];
  double start = now();
  for (size_t i = 0; i < memory_bytes; i += sizeof v) {
    memcpy(v, memory + i, sizeof v);
    for (int j = 0; j < 4; j++) { total[j] += v[j]; }
  }
  double elapsed = now() - start;
  volatile uint64_t kept = total[0][0] + total[1][0] + total[2][0] + total[3][0];
  (void)kept;
  return memory_bytes / elapsed;
}

static void *run(void *argument) {
  task *t = argument;
  switch (t->kind) {
  case 'f': t->rate = multiply_float32(); break;
  case 'b': t->rate = multiply_bfloat16(); break;
  default: t->rate = read_memory(t->memory);
  }
  return NULL;
}

static double rate(char kind, int threads) {
  static char *memory[256];
  pthread_t ids[256];
  task tasks[256];
  double total = 0;
  for (int i = 0; i < threads; i++) {
    if (kind == 'm' && !memory[i]) { memory[i] = memset(malloc(memory_bytes), 1, memory_bytes); }
    tasks[i] = (task){kind, 0, memory[i]};
  }
  for (int i = 0; i < threads; i++) { pthread_create(&ids[i], NULL, run, &tasks[i]); }
  for (int i = 0; i < threads; i++) {
    pthread_join(ids[i], NULL);
    total += tasks[i].rate;
  }
  return total;
}

int main(void) {
  int threads;
  char what[16], dtype[16];
  while (scanf("%d %15s %15s", &threads, what, dtype) == 3) {
    printf("%g\n", rate(strcmp(what, "bytes") == 0 ? 'm' : dtype[0], threads));
    fflush(stdout);
  }
}
