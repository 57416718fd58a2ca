// Memory for elements: large blocks are kept for the next tensor instead of going back to the system, which would have
// to clear them page by page.
#include "CKernels.h"

#include <stdatomic.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

enum {
  kept_blocks = 16,
  // Smaller blocks are the C library's business.
  least_kept = 1 << 18,
  huge_page = 2 << 20,
};

// At most so many bytes wait for use.
static const int64_t most_kept_bytes = (int64_t)256 << 20;

static struct {
  void *block;
  int64_t bytes;
} kept[kept_blocks];
static int64_t kept_bytes;

// Held while `kept` is read or written. Nobody waits for it: who finds it taken goes to the system.
static atomic_flag is_taken = ATOMIC_FLAG_INIT;

// What is asked for so many bytes: blocks of a few sizes, so that one serves tensors of nearly the same size.
static int64_t rounded(int64_t bytes) {
  int64_t step = 4096;
  while (step < bytes / 16) { step *= 2; }
  return (bytes + step - 1) / step * step;
}

static void *kept_block(int64_t bytes) {
  void *block = NULL;
  if (atomic_flag_test_and_set_explicit(&is_taken, memory_order_acquire)) { return NULL; }
  for (int i = 0; i < kept_blocks && !block; i++) {
    if (kept[i].block && kept[i].bytes == bytes) {
      block = kept[i].block;
      kept[i].block = NULL;
      kept_bytes -= bytes;
    }
  }
  atomic_flag_clear_explicit(&is_taken, memory_order_release);
  return block;
}

static void give_back(int i) {
  if (!kept[i].block) { return; }
  free(kept[i].block);
  kept[i].block = NULL;
  kept_bytes -= kept[i].bytes;
}

static void give_all_back(void) {
  if (atomic_flag_test_and_set_explicit(&is_taken, memory_order_acquire)) { return; }
  for (int i = 0; i < kept_blocks; i++) { give_back(i); }
  atomic_flag_clear_explicit(&is_taken, memory_order_release);
}

// The oldest blocks make room.
static bool keep(void *block, int64_t bytes) {
  static int oldest;
  if (bytes > most_kept_bytes || atomic_flag_test_and_set_explicit(&is_taken, memory_order_acquire)) { return false; }
  do {
    give_back(oldest);
    oldest = (oldest + 1) % kept_blocks;
  } while (kept_bytes + bytes > most_kept_bytes);
  int place = (oldest + kept_blocks - 1) % kept_blocks;
  kept[place].block = block;
  kept[place].bytes = bytes;
  kept_bytes += bytes;
  atomic_flag_clear_explicit(&is_taken, memory_order_release);
  return true;
}

static void *new_block(int64_t bytes) {
  void *block = NULL;
  // The system grants more than there is, and ends the process that then uses it.
  uint64_t memory = bytes >> 30 ? ck_physical_memory() : 0;
  if (memory != 0 && (uint64_t)bytes > memory) { return NULL; }
  if (posix_memalign(&block, bytes >= 2 * huge_page ? huge_page : 64, (size_t)bytes) != 0) { return NULL; }
#if defined(__linux__)
  if (bytes >= 2 * huge_page) { madvise(block, (size_t)bytes, MADV_HUGEPAGE); }
#endif
  return block;
}

void *ck_take_block(int64_t bytes) {
  if (bytes < least_kept) { return new_block(bytes); }
  // No machine has as much; and rounding must not overflow.
  if (bytes > INT64_MAX / 2) { return NULL; }
  bytes = rounded(bytes);
  void *block = kept_block(bytes);
  if (!block) { block = new_block(bytes); }
  if (!block) {
    give_all_back();
    block = new_block(bytes);
  }
  return block;
}

void ck_return_block(void *block, int64_t bytes) {
  if (bytes < least_kept || !keep(block, rounded(bytes))) { free(block); }
}
