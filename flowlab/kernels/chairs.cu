// Flying Chairs on an NVIDIA GPU: frames, flow and occlusion for a batch of scenes in two launches.
//
// The CPU draws the random numbers, a few per layer. The kernels do to each pixel what scene.py in
// flowlab/chairs does to whole images, in the same order and with the same rounding to 8 bits after each
// layer: single values differ by one grey level at most. Sprites and backgrounds are in the GPU's memory
// and are chosen by number.
//
//     composite           a thread per pixel of a frame: the background, then layers from far to near
//     flow_and_occlusion  one thread per pixel of frame 1: the flow of the front layer to frame 2, and
//                         whether the point is hidden there
//
// The tables are those of flowlab/chairs/gpu.py, byte for byte:
//
//     View      one frame of a pair: the background's matrix, and its layers, the farthest first
//     Placed    one layer in a view: its bounding box, and the matrix from there back to its sprite
//     Move      the motion of one layer from frame 1 to frame 2, minus the identity
//
// and, for each pair, the number of its first Move, which is the background's.
//
// A pixel is four bytes: red, green, blue (each times alpha) and alpha. Matrices map from the frame to
// the sprite or background, x to the right and y down; pixel centres are integers.

constexpr int COLUMNS = 32, ROWS = 8;  // threads of a block; a warp reads neighbours in one row

struct View { float inverse[6]; int background, first, count; };
struct Placed { float inverse[6]; int left, top, right, bottom, height, width, number; long long offset; };
struct Move { float matrix[6]; };
struct Colour { float at[4]; };

// The block index is linear; digit() splits it into mixed-radix digits, the fastest first.
__device__ inline int digit(int& rest, int base) {
    const int value = rest % base;
    rest /= base;
    return value;
}

__device__ inline float channel(unsigned pixel, int c) { return float(pixel >> 8 * c & 255); }

// Bilinear interpolation of four pixels: along x first, then along y, rounded to 8 bits.
__device__ inline Colour between(unsigned p00, unsigned p01, unsigned p10, unsigned p11, float a, float b) {
    Colour colour;
    for (int c = 0; c < 4; ++c) {
        const float above = channel(p00, c) + a * (channel(p01, c) - channel(p00, c));
        const float below = channel(p10, c) + a * (channel(p11, c) - channel(p10, c));
        colour.at[c] = rintf(above + b * (below - above));
    }
    return colour;
}

// A background is mirrored beyond its edges; the outermost pixels are not repeated.
__device__ inline int mirrored(int i, int length) {
    const int period = 2 * length - 2;
    i = (i < 0 ? -i : i) % period;
    return i < length ? i : period - i;
}

__device__ inline Colour of_background(const unsigned* picture, int height, int width, float x, float y) {
    const float left = floorf(x), top = floorf(y);
    const int x0 = mirrored(int(left), width), x1 = mirrored(int(left) + 1, width);
    const unsigned* const above = picture + (long long)(mirrored(int(top), height)) * width;
    const unsigned* const below = picture + (long long)(mirrored(int(top) + 1, height)) * width;
    return between(above[x0], above[x1], below[x0], below[x1], x - left, y - top);
}

// A sprite is transparent beyond its edges.
__device__ inline Colour of_sprite(const unsigned* sprite, int height, int width, float x, float y) {
    const float left = floorf(x), top = floorf(y);
    const int x0 = int(left), y0 = int(top);
    unsigned pixels[4];
    for (int i = 0; i < 4; ++i) {
        const int column = x0 + i % 2, row = y0 + i / 2;
        const bool inside = 0 <= column && column < width && 0 <= row && row < height;
        pixels[i] = inside ? sprite[row * width + column] : 0;
    }
    return between(pixels[0], pixels[1], pixels[2], pixels[3], x - left, y - top);
}

__global__ void __launch_bounds__(COLUMNS * ROWS) composite(
    const unsigned* __restrict__ sprites, const unsigned* __restrict__ backgrounds,
    const View* __restrict__ views, const Placed* __restrict__ placed,
    unsigned char* __restrict__ frames, unsigned char* __restrict__ numbers, int H, int W, int height, int width) {
    int rest = blockIdx.x;
    const int x = COLUMNS * digit(rest, (W + COLUMNS - 1) / COLUMNS) + threadIdx.x;
    const int y = ROWS * digit(rest, (H + ROWS - 1) / ROWS) + threadIdx.y;
    const long long frame = rest, area = (long long)(H) * W;
    if (x >= W || y >= H) return;

    const View& view = views[frame];
    const float* const m = view.inverse;
    Colour colour = of_background(backgrounds + view.background * (long long)(height) * width, height, width,
                                  m[0] * x + (m[1] * y + m[2]), m[3] * x + (m[4] * y + m[5]));
    int number = 0;
    for (int k = 0; k < view.count; ++k) {
        const Placed& layer = placed[view.first + k];
        if (x < layer.left || x >= layer.right || y < layer.top || y >= layer.bottom) continue;
        const float* const n = layer.inverse;
        const int column = x - layer.left, row = y - layer.top;
        const Colour over = of_sprite(sprites + layer.offset, layer.height, layer.width,
                                      n[0] * column + (n[1] * row + n[2]), n[3] * column + (n[4] * row + n[5]));
        for (int c = 0; c < 3; ++c) {
            const int through = int(colour.at[c]) * (255 - int(over.at[3]));
            colour.at[c] = float(min((through + 127) / 255 + int(over.at[c]), 255));
        }
        if (over.at[3] > 127) number = layer.number;
    }

    const long long place = (long long)(y) * W + x;
    for (int c = 0; c < 3; ++c) frames[(3 * frame + c) * area + place] = (unsigned char)(colour.at[c]);
    numbers[frame * area + place] = (unsigned char)(number);
}

__global__ void __launch_bounds__(COLUMNS * ROWS) flow_and_occlusion(
    const unsigned char* __restrict__ numbers, const int* __restrict__ first_moves, const Move* __restrict__ moves,
    float* __restrict__ flow, unsigned char* __restrict__ occlusion, int H, int W) {
    int rest = blockIdx.x;
    const int x = COLUMNS * digit(rest, (W + COLUMNS - 1) / COLUMNS) + threadIdx.x;
    const int y = ROWS * digit(rest, (H + ROWS - 1) / ROWS) + threadIdx.y;
    const long long pair = rest, area = (long long)(H) * W, place = (long long)(y) * W + x;
    if (x >= W || y >= H) return;

    const unsigned char *const here = numbers + 2 * pair * area, *const there = here + area;
    const int number = here[place];
    const float* const m = moves[first_moves[pair] + number].matrix;
    const float u = m[0] * x + m[1] * y + m[2], v = m[3] * x + m[4] * y + m[5];
    flow[2 * pair * area + place] = u;
    flow[(2 * pair + 1) * area + place] = v;

    const float column = rintf(x + u), row = rintf(y + v);
    const bool inside = 0 <= column && column < W && 0 <= row && row < H;
    occlusion[pair * area + place] = !inside || there[(long long)(row) * W + (long long)(column)] > number;
}
