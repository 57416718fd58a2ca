// Products before and after a fork, in both processes, while another thread keeps the pool busy.
//
//   forks [COUNT]
#include "check.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { size = 160 };

static float *a, *b, *expected;
static _Atomic bool ends;

static void multiply(float *out) {
  ck_matrix left = {a, size, 1}, right = {b, 1, size};
  if (!ck_matmul(ck_float32, size, size, size, left, right, NULL, NULL, out)) { fail("memory", "", 0, 1); }
}

// Aborts unless the product is what it was before all forks.
static void check_product(void) {
  float out[size * size];
  multiply(out);
  if (memcmp(out, expected, sizeof out) != 0) { fail("product around a fork", "", out[0], expected[0]); }
}

static void *keep_busy(void *unused) {
  while (!atomic_load(&ends)) { check_product(); }
  return unused;
}

static int count_threads(void) {
  DIR *tasks = opendir("/proc/self/task");
  int count = 0;
  for (struct dirent *entry; tasks && (entry = readdir(tasks)) != NULL;) { count += entry->d_name[0] != '.'; }
  if (tasks) { closedir(tasks); }
  return tasks ? count : 1;
}

static void fork_once(void) {
  check_product();
  pid_t child = fork();
  if (child < 0) { fail("fork", "", child, 0); }
  if (child == 0) {
    if (count_threads() != 1) { fail("threads in a new process", "", count_threads(), 1); }
    check_product();
    _exit(0);
  }
  check_product();
  int status;
  waitpid(child, &status, 0);
  if (status != 0) { fail("the child's status", "", status, 0); }
}

int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : 1000;
  a = random_elements(ck_float32, size * size), b = random_elements(ck_float32, size * size);
  expected = malloc(sizeof(float) * size * size);
  multiply(expected);
  pthread_t busy;
  pthread_create(&busy, NULL, keep_busy, NULL);
  for (int i = 0; i < count; i++) { fork_once(); }
  atomic_store(&ends, true);
  pthread_join(busy, NULL);
  ck_stop_threads();
  if (count_threads() != 1) { fail("threads after all were stopped", "", count_threads(), 1); }
  printf("%d forks\n", count);
  free(a), free(b), free(expected);
}
