// Pictures between files and RGB bytes, by libjpeg-turbo and libpng.
//
// Both libraries leave by longjmp when something is wrong. That happens in here only: every function returns, and no
// frame of the caller is jumped over. Nothing is kept between calls.

#ifndef C_IMAGE_CODECS_H
#define C_IMAGE_CODECS_H

#include <stddef.h>
#include <stdint.h>

// What came of a call.
enum {
  CIMAGE_OK = 0,
  CIMAGE_MALFORMED = 1,    // the file breaks its format, or ends early
  CIMAGE_UNSUPPORTED = 2,  // the file may be sound, but these codecs do not read it
  CIMAGE_NO_MEMORY = 3,
};

// Why a call failed, as a phrase without a full stop; what the library itself said for a malformed file.
typedef struct {
  char text[200];
} cimage_reason;

typedef struct {
  uint32_t width;
  uint32_t height;
  uint64_t least_file;  // no whole file of this size is shorter; 0 when that is not known
} cimage_size;

// Bytes of a file while it is written. Must return normally.
typedef void (*cimage_sink)(void *context, const uint8_t *bytes, size_t count);

// The size that the header of a JPEG states.
int cimage_jpeg_size(const uint8_t *file, size_t count, cimage_size *size, cimage_reason *reason);

// Decodes a JPEG into size->width * size->height * 3 bytes: rows from the top, red, green, blue. `size` is what
// cimage_jpeg_size gave. Colour conversion is Pillow's: grey is repeated, CMYK is taken as Adobe writes it, inverted.
int cimage_jpeg_read(const uint8_t *file, size_t count, const cimage_size *size, uint8_t *rgb, cimage_reason *reason);

// The size that the header of a PNG states.
int cimage_png_size(const uint8_t *file, size_t count, cimage_size *size, cimage_reason *reason);

// Decodes a PNG into size->width * size->height * 3 bytes, as cimage_jpeg_read does. As in Pillow, alpha is dropped
// and not blended, 16-bit colour keeps its high byte, and 16-bit grey is clamped to 255, not scaled.
int cimage_png_read(const uint8_t *file, size_t count, const cimage_size *size, uint8_t *rgb, cimage_reason *reason);

// Writes RGB bytes as an 8-bit PNG without any other chunk, so that equal pictures give equal files.
int cimage_png_write(
    const uint8_t *rgb, const cimage_size *size, cimage_sink sink, void *context, cimage_reason *reason);

#endif
