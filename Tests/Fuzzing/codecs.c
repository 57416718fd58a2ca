// Feeds changed pictures to the codecs for some seconds; built with sanitizers by `make sanitize-codecs`.
//
//   codecs SECONDS SEED FILE...
//
// Whatever the bytes, the codecs must answer with a picture or a reason; the sanitizers end the program when they
// read or write where they must not. The same seed gives the same changes in the same order.

#include <CImageCodecs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Larger pictures are only asked for their size: a header may claim gigabytes.
enum { LARGEST = 1 << 22, MOST_FILES = 256 };

typedef struct {
  uint8_t *bytes;
  size_t count;
} buffer;

typedef int (*size_function)(const uint8_t *, size_t, cimage_size *, cimage_reason *);
typedef int (*read_function)(const uint8_t *, size_t, const cimage_size *, uint8_t *, cimage_reason *);

// xorshift64* (Vigna, https://arxiv.org/abs/1402.6246).
static uint64_t state;

static size_t below(size_t bound) {
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return (size_t)((state * 0x2545F4914F6CDD1DULL) >> 33) % (bound ? bound : 1);
}

static buffer read_file(const char *path) {
  buffer file = {NULL, 0};
  FILE *stream = fopen(path, "rb");
  if (!stream || fseek(stream, 0, SEEK_END) != 0) {
    perror(path);
    exit(2);
  }
  file.count = (size_t)ftell(stream);
  rewind(stream);
  file.bytes = malloc(file.count + 1);
  if (fread(file.bytes, 1, file.count, stream) != file.count) exit(2);
  fclose(stream);
  return file;
}

static uint32_t big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t checksum(const uint8_t *bytes, size_t count) {
  uint32_t crc = 0xFFFFFFFF;
  for (size_t i = 0; i < count; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
  }
  return ~crc;
}

// Puts the checksums of a PNG's chunks right, or nothing would get past them.
static void correct_checksums(buffer file) {
  for (size_t place = 8; place + 12 <= file.count;) {
    size_t size = big_endian(file.bytes + place);
    if (size > file.count - place - 12) return;
    uint32_t crc = checksum(file.bytes + place + 4, size + 4);
    for (int i = 0; i < 4; i++) file.bytes[place + 8 + size + i] = (uint8_t)(crc >> (24 - 8 * i));
    place += 12 + size;
  }
}

// A copy of exactly its size, so that one byte too far is seen, with one to four changes.
static buffer changed(buffer original) {
  buffer file = {malloc(original.count), original.count};
  memcpy(file.bytes, original.bytes, file.count);
  for (size_t changes = 1 + below(4); changes > 0 && file.count > 8; changes--) {
    size_t start = below(file.count), length = 1 + below(32);
    if (length > file.count - start) length = file.count - start;
    switch (below(5)) {
      case 0: file.bytes[start] = (uint8_t)below(256); break;
      case 1: file.bytes[start] ^= (uint8_t)(1u << below(8)); break;
      case 2: memset(file.bytes + start, below(2) ? 0xFF : 0, length); break;
      case 3: memmove(file.bytes + start, file.bytes + below(file.count - length + 1), length); break;
      default: file.count = start + 1; break;
    }
  }
  buffer exact = {malloc(file.count), file.count};
  memcpy(exact.bytes, file.bytes, file.count);
  free(file.bytes);
  return exact;
}

static void ignore(void *context, const uint8_t *bytes, size_t count) {
  (void)bytes;
  *(size_t *)context += count;
}

// Decodes, and writes what came out. Returns whether it is a picture.
static int try_codec(buffer file, size_function size_of, read_function read) {
  cimage_size size;
  cimage_reason reason;
  if (size_of(file.bytes, file.count, &size, &reason) != CIMAGE_OK) return 0;
  if ((uint64_t)size.width * size.height > LARGEST || size.least_file > file.count) return 0;
  size_t count = (size_t)size.width * size.height * 3, written = 0;
  uint8_t *rgb = malloc(count);
  int result = read(file.bytes, file.count, &size, rgb, &reason);
  if (result == CIMAGE_OK) cimage_png_write(rgb, &size, ignore, &written, &reason);
  free(rgb);
  return result == CIMAGE_OK;
}

int main(int argc, char **argv) {
  if (argc < 4 || argc - 3 > MOST_FILES) {
    fprintf(stderr, "usage: codecs SECONDS SEED FILE...\n");
    return 2;
  }
  buffer files[MOST_FILES];
  size_t count = (size_t)argc - 3;
  for (size_t i = 0; i < count; i++) files[i] = read_file(argv[i + 3]);
  state = strtoull(argv[2], NULL, 10) | 1;
  time_t end = time(NULL) + atol(argv[1]);
  unsigned long rounds = 0, pictures = 0;
  while (time(NULL) < end) {
    buffer file = changed(files[rounds++ % count]);
    if (below(4)) correct_checksums(file);
    // Both codecs: each must refuse what belongs to the other.
    pictures += (unsigned)try_codec(file, cimage_png_size, cimage_png_read);
    pictures += (unsigned)try_codec(file, cimage_jpeg_size, cimage_jpeg_read);
    free(file.bytes);
  }
  for (size_t i = 0; i < count; i++) free(files[i].bytes);
  printf("%lu changed pictures, %lu of them still decoded\n", rounds, pictures);
  return pictures > 0 && pictures < rounds ? 0 : 1;
}
