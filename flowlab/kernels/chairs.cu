// Flying Chairs on an NVIDIA GPU: both frames, the flow and what is hidden, for a batch of scenes in two launches.
//
// Chance is drawn on the CPU, a few numbers a layer. What is here does to each pixel what flowlab/chairs/scene.py does to
// whole pictures, in the same order and with the same rounding to 8 bits after each layer, so that the two differ by a
// grey level here and there and no more. Sprites and backgrounds lie in the card's memory and are chosen by number.
//
//     compose   one thread a pixel of one frame: the background, then the layers from far to near
//     relate    one thread a pixel: the flow of the layer in front, and whether the point is seen in the other frame
//
// The tables are those of flowlab/chairs/device/tables.py, byte for byte:
//
//     Shot      one frame of a pair: its views, 1, or 9 where the shutter is open for a while
//     View      a moment of it: where the background lies, and which layers are in sight, the farthest first
//     Placed    a layer in a view: from the rectangle that it may touch back to its sprite
//     Course    how things move in one direction of time: a Move for each layer, the background's horizon
//
// A pixel is four bytes: red, green, blue times alpha, and alpha. Matrices lead from the frame to the picture, x to the
// right and y down; pixel centres are whole numbers.

constexpr int COLUMNS = 32, ROWS = 8;  // of a block: a warp is a piece of a row, so that neighbours read neighbours

struct Shot { int first, count; };
struct View { float inverse[9]; int background, first, count; };
struct Placed { float inverse[6]; int left, top, right, bottom, height, width, number, own; long long offset; };
struct Course { double third[3]; int first, tilted; };
struct Move { float matrix[6]; };
struct Colour { float at[4]; };

// All blocks of a launch stand in one line. A block reads its number like a clock: hours, minutes, seconds.
__device__ inline int digit(int& rest, int base) {
    const int value = rest % base;
    rest /= base;
    return value;
}

__device__ inline float channel(unsigned pixel, int c) { return float(pixel >> 8 * c & 255); }

// Between four pixels: along x first, then along y, rounded to 8 bits.
__device__ inline Colour between(unsigned p00, unsigned p01, unsigned p10, unsigned p11, float a, float b) {
    Colour colour;
    for (int c = 0; c < 4; ++c) {
        const float above = channel(p00, c) + a * (channel(p01, c) - channel(p00, c));
        const float below = channel(p10, c) + a * (channel(p11, c) - channel(p10, c));
        colour.at[c] = rintf(above + b * (below - above));
    }
    return colour;
}

// Beyond its edges a background goes on mirrored, the outermost pixels once.
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

// Beyond its edges a sprite is nothing.
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

__global__ void __launch_bounds__(COLUMNS * ROWS) compose(
    const unsigned* __restrict__ sprites, const unsigned* __restrict__ own, const unsigned* __restrict__ backgrounds,
    const Shot* __restrict__ shots, const View* __restrict__ views, const Placed* __restrict__ placed,
    unsigned char* __restrict__ frames, unsigned char* __restrict__ numbers, int H, int W, int height, int width) {
    int rest = blockIdx.x;
    const int x = COLUMNS * digit(rest, (W + COLUMNS - 1) / COLUMNS) + threadIdx.x;
    const int y = ROWS * digit(rest, (H + ROWS - 1) / ROWS) + threadIdx.y;
    const long long frame = rest, area = (long long)(H) * W;
    if (x >= W || y >= H) return;

    const Shot shot = shots[frame];
    int total[3] = {0, 0, 0}, front = 0;
    for (int v = 0; v < shot.count; ++v) {
        const View& view = views[shot.first + v];
        const float* const m = view.inverse;
        const float w = m[6] * x + (m[7] * y + m[8]);
        Colour colour = of_background(backgrounds + view.background * (long long)(height) * width, height, width,
                                      (m[0] * x + (m[1] * y + m[2])) / w, (m[3] * x + (m[4] * y + m[5])) / w);
        int number = 0;
        for (int k = 0; k < view.count; ++k) {
            const Placed& layer = placed[view.first + k];
            if (x < layer.left || x >= layer.right || y < layer.top || y >= layer.bottom) continue;
            const float* const n = layer.inverse;
            const int column = x - layer.left, row = y - layer.top;
            const Colour over = of_sprite((layer.own ? own : sprites) + layer.offset, layer.height, layer.width,
                                          n[0] * column + (n[1] * row + n[2]), n[3] * column + (n[4] * row + n[5]));
            for (int c = 0; c < 3; ++c) {
                const int through = int(colour.at[c]) * (255 - int(over.at[3]));
                colour.at[c] = float(min((through + 127) / 255 + int(over.at[c]), 255));
            }
            if (over.at[3] > 127) number = layer.number;
        }
        for (int c = 0; c < 3; ++c) total[c] += int(colour.at[c]);
        if (v == shot.count / 2) front = number;  // while the shutter is open: in the middle of the time
    }

    const long long place = (long long)(y) * W + x;
    for (int c = 0; c < 3; ++c)
        frames[(3 * frame + c) * area + place] = (unsigned char)((2 * total[c] + shot.count) / (2 * shot.count));
    numbers[frame * area + place] = (unsigned char)(front);
}

// In the direction of time 0 from frame 1 to frame 2, in 1 back; `directions` of the two are asked for.
__global__ void __launch_bounds__(COLUMNS * ROWS) relate(
    const unsigned char* __restrict__ numbers, const Course* __restrict__ courses, const Move* __restrict__ moves,
    float* __restrict__ flow, unsigned char* __restrict__ hidden, int H, int W, int directions) {
    int rest = blockIdx.x;
    const int x = COLUMNS * digit(rest, (W + COLUMNS - 1) / COLUMNS) + threadIdx.x;
    const int y = ROWS * digit(rest, (H + ROWS - 1) / ROWS) + threadIdx.y;
    const int direction = digit(rest, directions);
    const long long pair = rest, area = (long long)(H) * W, place = (long long)(y) * W + x;
    if (x >= W || y >= H) return;

    const unsigned char* const here = numbers + (2 * pair + direction) * area;
    const unsigned char* const there = numbers + (2 * pair + 1 - direction) * area;
    const Course& course = courses[2 * pair + direction];
    const int number = here[place];
    const float* const m = moves[course.first + number].matrix;  // the motion, less the pixel's own place
    float u = m[0] * x + m[1] * y + m[2], v = m[3] * x + m[4] * y + m[5];
    if (number == 0 && course.tilted) {
        const double depth = course.third[0] * x + course.third[1] * y + course.third[2];
        u = float(double(u + x) / depth - x);
        v = float(double(v + y) / depth - y);
    }
    const long long result = pair * directions + direction;
    flow[2 * result * area + place] = u;
    flow[(2 * result + 1) * area + place] = v;

    const float column = rintf(x + u), row = rintf(y + v);
    const bool inside = 0 <= column && column < W && 0 <= row && row < H;
    hidden[result * area + place] = !inside || there[(long long)(row) * W + (long long)(column)] > number;
}
