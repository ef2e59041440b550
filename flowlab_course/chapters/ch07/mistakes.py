"""Wrong answers to the exercises of chapter 07 that readers give, and what to tell them."""

import math

from flowlab_course.chapters.ch07.solutions import field
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake(
    "7.1",
    "times the stride",
    "Right for FlowNet's numbers, and only for those: kernel and padding count as well. "
    "Draw three kernels side by side.",
)
def _times_the_stride(n, kernel, stride, padding):
    return n * stride


@mistake(
    "7.1",
    "a convolution's",
    "That is what a convolution leaves. An upconvolution goes the other way: it spreads each input.",
)
def _a_convolutions(n, kernel, stride, padding):
    return (n + 2 * padding - kernel) // stride + 1


@mistake("7.1", "padding forgotten", "The padding is missing: it cuts rows off at both ends.")
def _padding_forgotten(n, kernel, stride, padding):
    return (n - 1) * stride + kernel


@mistake("7.1", "padding once", "The padding is cut off above and below, not only once.")
def _padding_once(n, kernel, stride, padding):
    return (n - 1) * stride + kernel - padding


@mistake("7.1", "padding added", "In an upconvolution padding takes rows away; you added them.")
def _padding_added(n, kernel, stride, padding):
    return (n - 1) * stride + kernel + 2 * padding


@mistake("7.1", "n steps", "Between n inputs there are n - 1 steps.")
def _n_steps(n, kernel, stride, padding):
    return n * stride + kernel - 2 * padding


@mistake(
    "7.1",
    "kernels side by side",
    "Your kernels lie side by side, as if they did not overlap. They begin `stride` rows apart.",
)
def _side_by_side(n, kernel, stride, padding):
    return n * kernel - 2 * padding


@mistake(
    "7.1",
    "overlap of a stride",
    "Neighbours overlap by kernel - stride rows. You took `stride` rows off for each.",
)
def _overlap_of_a_stride(n, kernel, stride, padding):
    return n * kernel - (n - 1) * stride - 2 * padding


@mistake(
    "7.1",
    "last kernel cut short",
    "The last input counts with `stride` rows. No neighbour overlaps it: it covers all of its kernel's rows.",
)
def _last_one_short(n, kernel, stride, padding):
    return n * stride - 2 * padding


@mistake(
    "7.1",
    "kernel and stride swapped",
    "Kernel and stride have changed places: further inputs begin `stride` rows apart.",
)
def _kernel_and_stride_swapped(n, kernel, stride, padding):
    return (n - 1) * kernel + stride - 2 * padding


@mistake(
    "7.1",
    "stride of two",
    "Right for a stride of 2 only: use the argument `stride`.",
)
def _stride_of_two(n, kernel, stride, padding):
    return (n - 1) * 2 + kernel - 2 * padding


@mistake(
    "7.1",
    "input padded",
    "You pad the input. Here the padding is cut off the output, after the kernels are laid.",
)
def _input_padded(n, kernel, stride, padding):
    return (n + 2 * padding - 1) * stride + kernel


@mistake(
    "7.1",
    "n steps, no padding",
    "Two things: between n inputs there are n - 1 steps, and the padding is missing.",
)
def _n_steps_no_padding(n, kernel, stride, padding):
    return n * stride + kernel


@mistake(
    "7.1",
    "kernel forgotten",
    "The kernel is missing: even a single input covers `kernel` rows.",
)
def _kernel_forgotten(n, kernel, stride, padding):
    return (n - 1) * stride - 2 * padding


@mistake(
    "7.1",
    "inputs spread only",
    "That is the inputs with zeros between them. Each of them still covers `kernel` rows, less the padding.",
)
def _spread_only(n, kernel, stride, padding):
    return n + (n - 1) * (stride - 1)


@mistake(
    "7.1",
    "spread, then convolved",
    "Spreading is right. The convolution that follows makes the rows more, not fewer: kernel adds, padding takes away.",
)
def _spread_and_convolved(n, kernel, stride, padding):
    return n + (n - 1) * (stride - 1) + 2 * padding - kernel + 1


@mistake(
    "7.1",
    "no parentheses",
    "Without parentheses the product comes first: n - 1 * stride is n - stride.",
)
def _no_parentheses(n, kernel, stride, padding):
    return n - stride + kernel - 2 * padding


@mistake("7.2", "sum of kernels", "Kernels overlap, and their inputs are strides apart: a sum knows neither.")
def _sum_of_kernels(layers):
    return sum(kernel for kernel, _ in layers)


@mistake(
    "7.2",
    "no strides",
    "That is right where all strides are 1. After a stride of 2 each further tap reaches twice as far.",
)
def _no_strides(layers):
    return 1 + sum(kernel - 1 for kernel, _ in layers)


@mistake(
    "7.2",
    "own stride first",
    "A layer's own stride does not widen what it sees, it only moves its outputs apart. Multiply afterwards.",
)
def _own_stride_first(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        step *= stride
        side += (kernel - 1) * step
    return side


@mistake("7.2", "whole kernels", "A kernel of K adds K - 1 taps to the one that is there already.")
def _whole_kernels(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side += kernel * step
        step *= stride
    return side


@mistake("7.2", "from zero", "Begin with 1: with no layer at all an output is one pixel.")
def _from_zero(layers):
    return field(layers) - 1


@mistake("7.2", "product", "Kernels do not multiply: two kernels of 3 see 5 pixels, not 9.")
def _product(layers):
    side = 1
    for kernel, _ in layers:
        side *= kernel
    return side


@mistake("7.2", "only the previous stride", "All strides below a layer count, multiplied; you used the last one alone.")
def _only_the_previous_stride(layers):
    side, before = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * before
        before = stride
    return side


@mistake(
    "7.2",
    "wrong end first",
    "Your formula begins at the wrong end: with a step, begin with the first layer, without one with the last.",
)
def _wrong_end_first(layers):
    return field(layers[::-1])


@mistake(
    "7.2",
    "backwards, whole kernels",
    "From the last layer back: n outputs have n - 1 strides between them; yours has n.",
)
def _backwards_whole(layers):
    side = 1
    for kernel, stride in reversed(layers):
        side = side * stride + kernel
    return side


@mistake(
    "7.2",
    "backwards, from zero",
    "From the last layer back, you begin with no output. Begin with one.",
)
def _backwards_from_zero(layers):
    side = 0
    for kernel, stride in reversed(layers):
        side = (side - 1) * stride + kernel
    return side


@mistake(
    "7.2",
    "strides added",
    "Strides do not add up: after two strides of 2, outputs are 4 pixels apart. Multiply.",
)
def _strides_added(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step += stride
    return side


@mistake(
    "7.2",
    "one pixel off",
    "You take one pixel off for each layer. What is one less is the kernel, before it is multiplied by the step.",
)
def _one_pixel_off(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side += kernel * step - 1
        step *= stride
    return side


@mistake(
    "7.2",
    "one side only",
    "You widen the field on one side only. A kernel reaches half its size both ways.",
)
def _one_side_only(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side += kernel // 2 * step
        step *= stride
    return side


@mistake(
    "7.2",
    "own stride only",
    "Each kernel is widened by its own stride. What widens it are the strides of all layers below it.",
)
def _own_stride_only(layers):
    return 1 + sum((kernel - 1) * stride for kernel, stride in layers)


@mistake(
    "7.2",
    "the step",
    "That is how far apart two outputs are, in pixels. The question is how wide one output sees.",
)
def _the_step(layers):
    return math.prod(stride for _, stride in layers)


@mistake(
    "7.2",
    "side and step",
    "You return the side and the step. The side alone is asked for.",
)
def _side_and_step(layers):
    return field(layers), math.prod(stride for _, stride in layers)


@mistake(
    "7.2",
    "an area",
    "That is the area in square pixels. The side is asked for.",
)
def _an_area(layers):
    return field(layers) ** 2


@mistake(
    "7.2",
    "last layer left out",
    "The last layer is missing: its kernel counts as well.",
)
def _last_left_out(layers):
    return field(layers[:-1])


@mistake(
    "7.2",
    "first layer left out",
    "The first layer is missing: its kernel and its stride count as well.",
)
def _first_left_out(layers):
    return field(layers[1:])


@mistake(
    "7.2",
    "kernel less stride",
    "A kernel adds K - 1 taps, whatever its own stride. You take the stride off.",
)
def _kernel_less_stride(layers):
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - stride) * step
        step *= stride
    return side


@mistake(
    "7.2",
    "all strides for all",
    "You spread every kernel by all strides. A layer is spread by the strides below it only.",
)
def _all_strides_for_all(layers):
    return 1 + sum(kernel - 1 for kernel, _ in layers) * math.prod(stride for _, stride in layers)


@mistake(
    "7.2",
    "stride read first",
    "Kernel and stride have changed places: each pair is (kernel, stride).",
)
def _stride_first(layers):
    return field([(stride, kernel) for kernel, stride in layers])


@mistake(
    "7.2",
    "first layer only",
    "That is the first layer's field: does the return stand inside the loop?",
)
def _first_only(layers):
    return layers[0][0]


@mistake(
    "7.2",
    "always doubled",
    "The step doubles at every layer in yours. Where the stride is 1, it stays.",
)
def _always_two(layers):
    return field([(kernel, 2) for kernel, _ in layers])
