// PNG to RGB and back by libpng, with the conversions of Pillow.

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <png.h>

#include "CImageCodecs.h"

// What libpng's callbacks need to know: the rest of the file when reading, where to write when writing.
typedef struct {
  const uint8_t *next;
  size_t left;
  cimage_sink sink;
  void *sink_context;
  png_structp png;
  png_infop info;
  int status;
  cimage_reason *reason;
} codec;

_Noreturn static void leave(codec *c, int status, const char *text) {
  c->status = status;
  snprintf(c->reason->text, sizeof c->reason->text, "%s", text);
  png_longjmp(c->png, 1);
}

static int status_of(const char *message) {
  return strstr(message, "emory") ? CIMAGE_NO_MEMORY : CIMAGE_MALFORMED;
}

static void on_error(png_structp png, png_const_charp message) {
  codec *c = png_get_error_ptr(png);
  c->png = png;  // also for an error while libpng makes it
  leave(c, status_of(message), message);
}

static void on_warning(png_structp png, png_const_charp message) { (void)png, (void)message; }

static void on_read(png_structp png, png_bytep bytes, size_t count) {
  codec *c = png_get_io_ptr(png);
  if (count > c->left) leave(c, CIMAGE_MALFORMED, "the data ends early");
  memcpy(bytes, c->next, count);
  c->next += count;
  c->left -= count;
}

static void on_write(png_structp png, png_bytep bytes, size_t count) {
  codec *c = png_get_io_ptr(png);
  c->sink(c->sink_context, bytes, count);
}

static void on_flush(png_structp png) { (void)png; }

static int no_memory(cimage_reason *reason) {
  snprintf(reason->text, sizeof reason->text, "there is not enough memory");
  return CIMAGE_NO_MEMORY;
}

// Makes a reader at the file's start; nil when there is no memory.
static int start_reading(codec *c, const uint8_t *file, size_t count, cimage_reason *reason) {
  *c = (codec){.next = file, .left = count, .reason = reason};
  c->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, c, on_error, on_warning);
  if (c->png) c->info = png_create_info_struct(c->png);
  if (c->info) return 1;
  png_destroy_read_struct(&c->png, &c->info, NULL);
  return 0;
}

// Reads up to the first row. Chunks that do not change pixels (text, profiles, times) are passed over unread.
static void read_header(codec *c) {
  png_set_read_fn(c->png, c, on_read);
  png_set_keep_unknown_chunks(c->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_user_limits(c->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_read_info(c->png, c->info);
}

static int is_grey16(const codec *c) {
  return png_get_bit_depth(c->png, c->info) == 16 && png_get_color_type(c->png, c->info) == PNG_COLOR_TYPE_GRAY;
}

// Has libpng deliver 8-bit RGB, or for 16-bit grey the grey values, which narrow_grey16 finishes.
static void choose_output(codec *c) {
  png_set_interlace_handling(c->png);
  if (!is_grey16(c)) {
    png_set_expand(c->png);
    png_set_strip_16(c->png);
    png_set_strip_alpha(c->png);
    png_set_gray_to_rgb(c->png);
  }
  png_read_update_info(c->png, c->info);
}

// Two big-endian bytes per pixel to three equal ones, in place and from the end; a value above 255 becomes 255.
static void narrow_grey16(uint8_t *row, uint32_t width) {
  for (uint32_t x = width; x-- > 0;) {
    uint8_t grey = row[2 * (size_t)x] ? 255 : row[2 * (size_t)x + 1];
    row[3 * (size_t)x] = row[3 * (size_t)x + 1] = row[3 * (size_t)x + 2] = grey;
  }
}

static void read_rows(codec *c, const cimage_size *size, uint8_t *rgb) {
  size_t stride = (size_t)size->width * 3;
  if (png_get_image_width(c->png, c->info) != size->width || png_get_image_height(c->png, c->info) != size->height) {
    leave(c, CIMAGE_MALFORMED, "its size changes within the file");
  }
  choose_output(c);
  if (png_get_rowbytes(c->png, c->info) > stride) leave(c, CIMAGE_UNSUPPORTED, "its rows are not RGB");
  int passes = png_get_interlace_type(c->png, c->info) == PNG_INTERLACE_NONE ? 1 : PNG_INTERLACE_ADAM7_PASSES;
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t y = 0; y < size->height; y++) png_read_row(c->png, rgb + y * stride, NULL);
  }
  if (!is_grey16(c)) return;
  for (uint32_t y = 0; y < size->height; y++) narrow_grey16(rgb + y * stride, size->width);
}

static cimage_size size_of(codec *c) {
  cimage_size size = {png_get_image_width(c->png, c->info), png_get_image_height(c->png, c->info), 0};
  unsigned bits = (unsigned)png_get_bit_depth(c->png, c->info) * png_get_channels(c->png, c->info);
  size.least_file = (uint64_t)size.width * size.height / 8 / 1032 * bits;  // deflate makes at most 1032 bytes of one
  return size;
}

// Jumped back to on an error, as write_file is. It changes no variable of its own, so none is lost by the jump.
static void read_file(codec *c, cimage_size *found, const cimage_size *expected, uint8_t *rgb) {
  if (setjmp(png_jmpbuf(c->png))) return;
  read_header(c);
  if (found) *found = size_of(c);
  if (rgb) read_rows(c, expected, rgb);
}

static int finish_reading(codec *c) {
  png_destroy_read_struct(&c->png, &c->info, NULL);
  return c->status;
}

int cimage_png_size(const uint8_t *file, size_t count, cimage_size *size, cimage_reason *reason) {
  codec c;
  if (!start_reading(&c, file, count, reason)) return no_memory(reason);
  read_file(&c, size, NULL, NULL);
  return finish_reading(&c);
}

int cimage_png_read(const uint8_t *file, size_t count, const cimage_size *size, uint8_t *rgb, cimage_reason *reason) {
  codec c;
  if (!start_reading(&c, file, count, reason)) return no_memory(reason);
  read_file(&c, NULL, size, rgb);
  return finish_reading(&c);
}

static void write_file(codec *c, const uint8_t *rgb, const cimage_size *size) {
  if (setjmp(png_jmpbuf(c->png))) return;
  png_set_write_fn(c->png, c, on_write, on_flush);
  png_set_user_limits(c->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(
      c->png, c->info, size->width, size->height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
      PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(c->png, c->info);
  for (uint32_t y = 0; y < size->height; y++) png_write_row(c->png, rgb + (size_t)y * size->width * 3);
  png_write_end(c->png, NULL);
}

int cimage_png_write(
    const uint8_t *rgb, const cimage_size *size, cimage_sink sink, void *context, cimage_reason *reason) {
  codec c = {.sink = sink, .sink_context = context, .reason = reason};
  c.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &c, on_error, on_warning);
  if (c.png) c.info = png_create_info_struct(c.png);
  if (c.info) write_file(&c, rgb, size);
  int status = c.info ? c.status : no_memory(reason);
  png_destroy_write_struct(&c.png, &c.info);
  return status;
}
