// zlib streams (RFC 1950) by a small inflate and deflate of our own, under the names that the sources call.
#ifndef STEPGLASS_PAGE_ZLIB_H
#define STEPGLASS_PAGE_ZLIB_H

typedef unsigned int uInt;
typedef unsigned long uLong;
typedef uLong uLongf;
typedef unsigned char Bytef;

typedef struct z_stream_s {
    Bytef *next_in;
    uInt avail_in;
    Bytef *next_out;
    uInt avail_out;
    uLong total_out;
    int strategy;
} z_stream;

#define ZLIB_VERSION "1"
#define Z_OK 0
#define Z_STREAM_END 1
#define Z_DATA_ERROR (-3)
#define Z_MEM_ERROR (-4)
#define Z_BUF_ERROR (-5)
#define Z_FINISH 4
#define Z_DEFLATED 8
#define Z_DEFAULT_COMPRESSION (-1)
#define Z_DEFAULT_STRATEGY 0
#define Z_HUFFMAN_ONLY 2

int deflateInit2_(z_stream *stream, int level, int method, int window_bits, int memory_level, int strategy,
                  const char *version, int stream_size);
uLong deflateBound(z_stream *stream, uLong count);
int deflate(z_stream *stream, int flush);
int deflateEnd(z_stream *stream);
int uncompress(Bytef *to, uLongf *to_count, const Bytef *from, uLong from_count);
#endif
