// JPEG to RGB by libjpeg-turbo: its defaults (accurate integer IDCT, "fancy" upsampling), as Pillow uses them.

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "CImageCodecs.h"

// A sound progressive file has at most a few dozen scans; each costs a walk over the whole picture, so a few bytes per
// scan could keep a decoder busy for hours.
enum { SCAN_LIMIT = 200 };

// One decoding: libjpeg's own structures first, so that its callbacks find the rest behind them.
typedef struct {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  jmp_buf leave;
  int status;
  cimage_reason *reason;
  const uint8_t *file;
  size_t count;
} decoder;

_Noreturn static void leave(decoder *d, int status, const char *text) {
  d->status = status;
  snprintf(d->reason->text, sizeof d->reason->text, "%s", text);
  longjmp(d->leave, 1);
}

static int status_of(int message) {
  switch (message) {
    case JERR_OUT_OF_MEMORY: return CIMAGE_NO_MEMORY;
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_CCIR601_NOTIMPL:
    case JERR_SOF_UNSUPPORTED: return CIMAGE_UNSUPPORTED;
    default: return CIMAGE_MALFORMED;
  }
}

static void on_error(j_common_ptr jpeg) {
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  leave((decoder *)jpeg, status_of(jpeg->err->msg_code), text);
}

// Warnings are not errors, as for Pillow; and nothing is printed.
static void on_message(j_common_ptr jpeg, int level) { (void)jpeg, (void)level; }
static void on_output(j_common_ptr jpeg) { (void)jpeg; }

static void on_progress(j_common_ptr jpeg) {
  decoder *d = (decoder *)jpeg;
  if (d->jpeg.input_scan_number > SCAN_LIMIT) leave(d, CIMAGE_UNSUPPORTED, "it has more than 200 scans");
}

static void on_source(j_decompress_ptr jpeg) { (void)jpeg; }

static boolean on_end_of_data(j_decompress_ptr jpeg) {
  leave((decoder *)jpeg, CIMAGE_MALFORMED, "the data ends early");
}

static void on_skip(j_decompress_ptr jpeg, long count) {
  if (count <= 0) return;
  if ((size_t)count > jpeg->src->bytes_in_buffer) on_end_of_data(jpeg);
  jpeg->src->next_input_byte += count;
  jpeg->src->bytes_in_buffer -= (size_t)count;
}

// Reads up to the first scan. What it makes, jpeg_destroy_decompress frees.
static void open_file(decoder *d) {
  jpeg_create_decompress(&d->jpeg);
  d->progress.progress_monitor = on_progress;
  d->jpeg.progress = &d->progress;
  d->source = (struct jpeg_source_mgr){
      .next_input_byte = d->file,
      .bytes_in_buffer = d->count,
      .init_source = on_source,
      .fill_input_buffer = on_end_of_data,
      .skip_input_data = on_skip,
      .resync_to_restart = jpeg_resync_to_restart,
      .term_source = on_source,
  };
  d->jpeg.src = &d->source;
  jpeg_read_header(&d->jpeg, TRUE);
}

// The samples per pixel that decoding gives: 1 (grey), 3 (RGB) or 4 (CMYK).
static int choose_output(decoder *d) {
  switch (d->jpeg.num_components) {
    case 1: d->jpeg.out_color_space = JCS_GRAYSCALE; return 1;
    case 3: d->jpeg.out_color_space = JCS_RGB; return 3;
    case 4: d->jpeg.out_color_space = JCS_CMYK; return 4;
    default: leave(d, CIMAGE_UNSUPPORTED, "it has neither 1 nor 3 nor 4 colour components");
  }
}

// a * b / 255, rounded.
static unsigned scaled(unsigned a, unsigned b) {
  unsigned product = a * b + 128;
  return (product + (product >> 8)) >> 8;
}

// Widens a row of grey in place, from its end, as the row has room for three bytes per pixel.
static void spread_grey(uint8_t *row, uint32_t width) {
  for (uint32_t x = width; x-- > 0;) {
    uint8_t grey = row[x];
    row[3 * (size_t)x] = row[3 * (size_t)x + 1] = row[3 * (size_t)x + 2] = grey;
  }
}

// A row of inverted CMYK (255 is no ink) as RGB: Pillow's conversion, nk - c * nk / 255 with nk = 255 - k.
static void convert_cmyk(const uint8_t *cmyk, uint8_t *rgb, uint32_t width) {
  for (uint32_t x = 0; x < width; x++, cmyk += 4, rgb += 3) {
    for (int i = 0; i < 3; i++) rgb[i] = (uint8_t)(cmyk[3] - scaled(255u - cmyk[i], cmyk[3]));
  }
}

static void read_rows(decoder *d, const cimage_size *size, uint8_t *rgb) {
  int samples = choose_output(d);
  jpeg_start_decompress(&d->jpeg);
  if (d->jpeg.output_width != size->width || d->jpeg.output_height != size->height) {
    leave(d, CIMAGE_MALFORMED, "its size changes within the file");
  }
  JSAMPARRAY cmyk = NULL;
  if (samples == 4) {
    cmyk = d->jpeg.mem->alloc_sarray((j_common_ptr)&d->jpeg, JPOOL_IMAGE, size->width * 4, 1);
  }
  while (d->jpeg.output_scanline < size->height) {
    uint8_t *row = rgb + (size_t)d->jpeg.output_scanline * size->width * 3;
    jpeg_read_scanlines(&d->jpeg, cmyk ? cmyk : &row, 1);
    if (samples == 1) spread_grey(row, size->width);
    if (samples == 4) convert_cmyk(cmyk[0], row, size->width);
  }
}

// The only place that is jumped back to. It changes no variable of its own, so none is lost by the jump.
static void run(decoder *d, cimage_size *found, const cimage_size *expected, uint8_t *rgb) {
  if (setjmp(d->leave)) return;
  open_file(d);
  if (found) *found = (cimage_size){d->jpeg.image_width, d->jpeg.image_height};
  if (rgb) read_rows(d, expected, rgb);
}

static void start(decoder *d, const uint8_t *file, size_t count, cimage_reason *reason) {
  memset(d, 0, sizeof *d);
  d->file = file;
  d->count = count;
  d->reason = reason;
  d->jpeg.err = jpeg_std_error(&d->errors);
  d->errors.error_exit = on_error;
  d->errors.emit_message = on_message;
  d->errors.output_message = on_output;
}

static int finish(decoder *d) {
  jpeg_destroy_decompress(&d->jpeg);
  return d->status;
}

int cimage_jpeg_size(const uint8_t *file, size_t count, cimage_size *size, cimage_reason *reason) {
  decoder d;
  start(&d, file, count, reason);
  run(&d, size, NULL, NULL);
  return finish(&d);
}

int cimage_jpeg_read(const uint8_t *file, size_t count, const cimage_size *size, uint8_t *rgb, cimage_reason *reason) {
  decoder d;
  start(&d, file, count, reason);
  run(&d, NULL, size, rgb);
  return finish(&d);
}
