// Memory for elements: large blocks are kept for the next tensor instead of going back to the system, which would have
// to clear them page by page.
#include "CKernels.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
  kept_blocks = 8,
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

// Held while `kept` is read or written, which takes a moment. Nobody waits longer: a process that was forked in that
// moment would wait for ever. Who does not get it goes to the system.
static atomic_flag is_taken = ATOMIC_FLAG_INIT;

static bool take_list(void) {
  for (int attempt = 0; attempt < 10000; attempt++) {
    if (!atomic_flag_test_and_set_explicit(&is_taken, memory_order_acquire)) { return true; }
  }
  return false;
}

// What is asked for so many bytes: blocks of a few sizes, so that one serves tensors of nearly the same size.
static int64_t rounded(int64_t bytes) {
  int64_t step = 4096;
  while (step < bytes / 16) { step *= 2; }
  return (bytes + step - 1) / step * step;
}

static void *kept_block(int64_t bytes) {
  void *block = NULL;
  if (!take_list()) { return NULL; }
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
  munmap(kept[i].block, (size_t)kept[i].bytes);
  kept[i].block = NULL;
  kept_bytes -= kept[i].bytes;
}

static void give_all_back(void) {
  if (!take_list()) { return; }
  for (int i = 0; i < kept_blocks; i++) { give_back(i); }
  atomic_flag_clear_explicit(&is_taken, memory_order_release);
}

// The places give up their blocks in turn.
static int next_to_go;

static void make_room(void) {
  give_back(next_to_go);
  next_to_go = (next_to_go + 1) % kept_blocks;
}

static int empty_place(void) {
  for (int i = 0; i < kept_blocks; i++) {
    if (!kept[i].block) { return i; }
  }
  int place = next_to_go;
  make_room();
  return place;
}

static bool keep(void *block, int64_t bytes) {
  if (bytes > most_kept_bytes || !take_list()) { return false; }
  while (kept_bytes + bytes > most_kept_bytes) { make_room(); }
  int place = empty_place();
  kept[place].block = block;
  kept[place].bytes = bytes;
  kept_bytes += bytes;
  atomic_flag_clear_explicit(&is_taken, memory_order_release);
  return true;
}

// Pages straight from the system: the C library would keep the holes that large blocks leave.
static void *mapped(int64_t bytes) {
  size_t size = (size_t)bytes, align = bytes >= 2 * huge_page ? huge_page : 1;
  char *start = mmap(NULL, size + align - 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) { return NULL; }
  if (align == 1) { return start; }
  char *block = (char *)(((uintptr_t)start + align - 1) / align * align);
  if (block > start) { munmap(start, (size_t)(block - start)); }
  size_t page = (size_t)sysconf(_SC_PAGESIZE), end = (size + page - 1) / page * page;
  size_t mapped_end = (size + align - 1 + page - 1) / page * page - (size_t)(block - start);
  if (mapped_end > end) { munmap(block + end, mapped_end - end); }
#if defined(MADV_HUGEPAGE)
  madvise(block, size, MADV_HUGEPAGE);
#endif
  return block;
}

static void *new_block(int64_t bytes) {
  // The system grants more than there is, and ends the process that then uses it.
  uint64_t memory = bytes >> 30 ? ck_physical_memory() : 0;
  return memory != 0 && (uint64_t)bytes > memory ? NULL : mapped(bytes);
}

void *ck_take_block(int64_t bytes) {
  if (bytes < least_kept) { return ck_allocate(bytes); }
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
  if (bytes < least_kept) {
    ck_free(block);
  } else if (!keep(block, rounded(bytes))) {
    munmap(block, (size_t)rounded(bytes));
  }
}
