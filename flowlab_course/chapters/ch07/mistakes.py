"""Wrong answers to the exercises of chapter 07 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "7.1": """
times the stride: Right where kernel - stride is 2 * padding, as in FlowNet, and wrong elsewhere. Draw three
kernels side by side.
    (n - 1) * stride + kernel - 2 * padding => n * stride
a convolution's: That is what a convolution leaves. An upconvolution goes the other way: it spreads each input.
    (n - 1) * stride + kernel - 2 * padding => (n + 2 * padding - kernel) // stride + 1
padding forgotten: The padding is missing: it cuts rows off at both ends.
    kernel - 2 * padding => kernel
padding once: The padding is cut off above and below, not only once.
    2 * padding => padding
padding added: In an upconvolution padding takes rows away; you added them.
    - 2 => + 2
n steps: Between n inputs there are n - 1 steps.
    (n - 1) => n
kernels side by side: Your kernels lie side by side, as if they did not overlap. They begin `stride` rows apart.
    (n - 1) * stride + => n *
overlap of a stride: Neighbours overlap by kernel - stride rows. You took `stride` rows off for each.
    (n - 1) * stride + kernel => n * kernel - (n - 1) * stride
last kernel cut short: The last input counts with `stride` rows. No neighbour overlaps it: it covers all of its
kernel's rows.
    (n - 1) * stride + kernel => n * stride
kernel and stride swapped: Kernel and stride have changed places: further inputs begin `stride` rows apart.
    stride + kernel => kernel + stride
stride of two: Right for a stride of 2 only: use the argument `stride`.
    stride => 2
input padded: You pad the input. Here the padding is cut off the output, after the kernels are laid.
    (n - 1) * stride + kernel - 2 * padding => (n + 2 * padding - 1) * stride + kernel
n steps, no padding: Two things: between n inputs there are n - 1 steps, and the padding is missing.
    (n - 1) * stride + kernel - 2 * padding => n * stride + kernel
kernel forgotten: The kernel is missing: even a single input covers `kernel` rows.
    + kernel - => -
inputs spread only: That is the inputs with zeros between them. Each of them still covers `kernel` rows, less the
padding.
    (n - 1) * stride + kernel - 2 * padding => n + (n - 1) * (stride - 1)
spread, then convolved: Spreading is right. The convolution that follows makes the rows more, not fewer: kernel adds,
padding takes away.
    (n - 1) * stride + kernel - 2 * padding => n + (n - 1) * (stride - 1) + 2 * padding - kernel + 1
no parentheses: Without parentheses the product comes first: n - 1 * stride is n - stride.
    (n - 1) * => n -
FlowNet's alone: 2 n + 2 rows before the padding are right for a kernel of 4 and a stride of 2 alone.
    (n - 1) * stride + kernel => 2 * n + 2
padding per step: You take the padding off the inputs, so that each row of it counts `stride` times. It is cut off the
output.
    (n - 1) * stride + kernel - 2 * padding => (n - 1 - 2 * padding) * stride + kernel
signs swapped: Kernel and padding have each other's sign: the kernel adds rows, the padding takes them away.
    (n - 1) * stride + kernel - 2 * padding => n * stride + 2 * padding - kernel
    or
    (n - 1) * stride + kernel - 2 * padding => (n - 1) * stride + 2 * padding - kernel
stride zeros between: You lay `stride` zeros between two inputs. They lie `stride` rows apart, so it is one zero less.
    (n - 1) * stride + kernel => n + (n - 1) * stride + kernel - 1
one row too few: Between n inputs there are n - 1 steps of `stride` rows. You take one row off in place of one step.
    (n - 1) * stride + kernel => n * stride + kernel - 1
rows not shared: kernel - stride is how many rows two neighbours share. All rows are asked for.
    return n * (kernel - stride)
    or
    (n - 1) * stride + kernel => n * (kernel - stride)
kernel at each step: You add the kernel at each step. Steps are `stride` rows; the kernel comes once, at the end.
    (n - 1) * stride + kernel => (n - 1) * (stride + kernel)
""",
    "7.2": """
sum of kernels: Kernels overlap, and their inputs are strides apart: a sum knows neither.
    return sum(kernel for kernel, _ in layers)
no strides: That is right where all strides are 1. After a stride of 2 the inputs of a kernel
lie twice as far apart.
    return 1 + sum(kernel - 1 for kernel, _ in layers)
own stride first: A layer's own stride does not widen what it sees, it only moves its outputs apart. Multiply
afterwards.
    side += (kernel - 1) * step => step *= stride
    step *= stride => side += (kernel - 1) * step
whole kernels: A kernel of K reads K - 1 inputs more than the one that is counted already.
    (kernel - 1) => kernel
from zero: Begin with 1: with no layer at all an output is one pixel.
    return field(layers) - 1
product: Kernels do not multiply: two kernels of 3 see 5 pixels, not 9.
    side = 1
    for kernel, _ in layers:
        side *= kernel
    return side
only the previous stride: All strides below a layer count, multiplied; you used the last one alone.
    step = => before =
    * step => * before
    step *= => before =
wrong end first: Your formula begins at the wrong end: with a step, begin with the first layer, without one with the
last.
    return field(layers[::-1])
backwards, whole kernels: From the last layer back: n outputs have n - 1 strides between them; yours has n.
    side = 1
    for kernel, stride in reversed(layers):
        side = side * stride + kernel
    return side
backwards, from zero: From the last layer back, you begin with no output. Begin with one.
    side = 0
    for kernel, stride in reversed(layers):
        side = (side - 1) * stride + kernel
    return side
strides added: Strides do not add up: after two strides of 2, outputs are 4 pixels apart. Multiply.
    step * => step +
one pixel off: You take one pixel off for each layer. What is one less is the kernel, before it is multiplied by the
step.
    (kernel - 1) * step => kernel * step - 1
one side only: You widen the field on one side only. A kernel reaches half its size both ways.
    (kernel - 1) => kernel // 2
twice one side: (kernel - 1) * step is the whole kernel without its first input, so it counts both sides already. You
double it.
    (kernel - 1) => 2 * (kernel - 1)
stretched by each stride: You multiply what one output sees by the layer's stride. A stride moves the outputs apart; it
counts from the next layer on, as the distance of that layer's inputs.
    side = 1
    for kernel, stride in layers:
        side = (side + kernel - 1) * stride
    return side
own stride only: Each kernel is widened by its own stride. What widens it are the strides of all layers below it.
    return 1 + sum((kernel - 1) * stride for kernel, stride in layers)
the step: That is how far apart two outputs are, in pixels. The question is how wide one output sees.
    return math.prod(stride for _, stride in layers)
side and step: You return the side and the step. The side alone is asked for.
    return field(layers), math.prod(stride for _, stride in layers)
an area: That is the area in square pixels. The side is asked for.
    return field(layers) ** 2
last layer left out: The last layer is missing: its kernel counts as well.
    return field(layers[:-1])
first layer left out: The first layer is missing: its kernel and its stride count as well.
    return field(layers[1:])
kernel less stride: A kernel reads K - 1 further inputs, whatever its own stride. You take the stride off.
    - 1 => - stride
all strides for all: You spread every kernel by all strides. A layer is spread by the strides below it only.
    return 1 + sum(kernel - 1 for kernel, _ in layers) * math.prod(stride for _, stride in layers)
stride read first: Kernel and stride have changed places: each pair is (kernel, stride).
    return field([(stride, kernel) for kernel, stride in layers])
first layer only: That is the first layer's field: does the return stand inside the loop?
    return layers[0][0]
always doubled: The step doubles at every layer in yours. Where the stride is 1, it stays.
    return field([(kernel, 2) for kernel, _ in layers])
first layer twice: The first layer counts twice: you begin with its kernel, and the loop takes it again.
    side, step = 1, 1 => side, step = layers[0][0], 1
""",
    "7.3": """
skip forgotten: The skip is missing: it alone still knows where outlines are.
    skip, deconv => deconv
flow forgotten: The coarse flow is missing: the next level would start from nothing.
    (features), upsample(flow) => (features)
another order: The right three in another order: published weights expect skip, features, flow.
    skip, deconv(features) => deconv(features), skip
flow first: The flow comes last: published weights expect skip, features, flow.
    skip, deconv(features), upsample(flow) => upsample(flow), skip, deconv(features)
values doubled: You doubled the flow's values. All levels count in one unit, whatever their size.
    upsample => 2 * upsample
along rows: You joined along the rows. Channels are dimension 1, and all of them are kept.
    wide = [skip, deconv(features), upsample(flow)]
    return torch.cat([t[:, :1] for t in wide], dim=2)
features forgotten: The features from below are missing: skip and flow alone do not hold what the deeper layers found.
    deconv(features), upsample => upsample
flow before features: Flow and features have changed places: published weights expect the flow last.
    deconv(features), upsample(flow) => upsample(flow), deconv(features)
skip last: The skip comes first: published weights expect skip, features, flow.
    skip, deconv(features), upsample(flow) => deconv(features), upsample(flow), skip
reversed: The order is reversed: published weights expect the skip first and the flow last.
    skip, deconv(features), upsample(flow) => upsample(flow), deconv(features), skip
flow through deconv: The flow went through `deconv`, which raises features. A layer of its own, `upsample`, raises the
flow.
    upsample => deconv
features through upsample: The features went through `upsample`, which raises the flow. `deconv` raises features.
    deconv => upsample
layers swapped: The two layers have changed places: `deconv` is for the features, `upsample` for the flow.
    deconv(features), upsample => upsample(features), deconv
values halved: You halved the flow's values. All levels count in one unit, whatever their size.
    (flow) => (flow) / 2
flow interpolated: You enlarge the flow by interpolation. Here a layer with weights does that, `upsample`.
    upsample(flow) => flow.repeat_interleave(2, -1).repeat_interleave(2, -2)
flow interpolated and doubled: The flow's values are doubled, and it did not go through `upsample`. That layer is all
that it needs.
    upsample(flow) => 2 * flow.repeat_interleave(2, -1).repeat_interleave(2, -2)
features interpolated: You enlarge the features by interpolation. Here a layer with weights does that, `deconv`.
    deconv(features) => features.repeat_interleave(2, -1).repeat_interleave(2, -2)
features not raised: The features have half of the skip's size: raise them with `deconv` first.
    deconv(features) => features
flow not raised: The flow has half of the skip's size: raise it with `upsample` first.
    upsample(flow) => flow
nothing raised: Features and flow have half of the skip's size: each goes through its layer first.
    deconv(features), upsample(flow) => features, flow
raised after joining: You join first and raise then. The skip has its size already, and features and flow have a layer
each.
    torch.cat([skip, deconv(features), upsample(flow)], dim=1) => deconv(torch.cat([skip, features, flow], dim=1))
skip raised: The skip has this level's size already: it needs no layer.
    skip => deconv(skip)
batches joined: dim=0 joins along the batch. The channels are another dimension.
    dim=1 => dim=0
rows joined: dim=2 joins along the rows. The channels are another dimension.
    dim=1 => dim=2
columns joined: You joined along the last dimension, the columns. The channels are another one.
    dim=1 => dim=3
stacked: torch.stack makes a new dimension. The three are joined along one that they have.
    cat => stack
added: You add the three. The paper keeps all channels, side by side.
    torch.cat([skip, deconv(features), upsample(flow)], dim=1) => skip + deconv(features) + upsample(flow)
features added to the skip: You add the features to the skip. The paper keeps the channels of both, side by side.
    skip, deconv(features) => skip + deconv(features)
flow added to the features: You add the flow to the features. The paper keeps the channels of both, side by side.
    deconv(features), upsample(flow) => deconv(features) + upsample(flow)
flow added to the joined two: You add the flow to the joined skip and features. The paper keeps it as two channels
behind them.
    return torch.cat([skip, deconv(features)], dim=1) + upsample(flow)
    or
    return upsample(flow) + torch.cat([skip, deconv(features)], dim=1)
units: You multiply the flow by 20. It stays in units of 20 px on the way up; pixels come at the very end.
    upsample => 20 * upsample
    or
    (flow) => (20 * flow)
not joined: These are three tensors. The next level takes one, with the channels of all three.
    torch.cat([skip, deconv(features), upsample(flow)], dim=1) => skip, deconv(features), upsample(flow)
flow raised with the features: You put the flow through `deconv` together with the features. `deconv` raises features
alone.
    (features) => (torch.cat([features, flow], dim=1))
activated: Your values went through an activation. What the layers return is joined as it is.
    return torch.nn.functional.leaky_relu(refined(skip, features, flow, deconv, upsample), 0.1)
    or
    return torch.relu(refined(skip, features, flow, deconv, upsample))
    or
    deconv(features) => torch.nn.functional.leaky_relu(deconv(features), 0.1)
skip for features: You put the skip through `deconv`: the features from below are missing.
    (features) => (skip)
without gradients: Under torch.no_grad() the layers cannot learn: no gradient reaches them.
    with torch.no_grad():
        return refined(skip, features, flow, deconv, upsample)
    or
    with torch.no_grad():
        up = upsample(flow)
    return torch.cat([skip, deconv(features), up], dim=1)
gradient cut off: The values are right, but no gradient reaches a layer or an input: .detach(), .data and NumPy cut it
off. Join the tensors as they are.
    upsample(flow) => upsample(flow).detach()
    or
    deconv(features) => deconv(features).detach()
    or
    deconv(features), upsample(flow) => deconv(features).detach(), upsample(flow).detach()
    or
    skip => skip.detach()
    or
    (flow) => (flow.detach())
    or
    (features) => (features.detach())
    or
    (features), upsample(flow) => (features.detach()), upsample(flow.detach())
    or
    return refined(skip, features, flow, deconv, upsample).detach()
    or
    return torch.from_numpy(np.concatenate([t.numpy() for t in (skip, deconv(features), upsample(flow))], axis=1))
""",
    "7.4": """
units forgotten: These numbers are in units of 20 px. The flow is wanted in pixels: multiply.
    20 * flow => flow
scaled with the size: You multiply by the enlarging as well. A prediction counts in one unit, whatever its size: 20 px
of the picture.
    20 * flow => 80 * flow
in small pixels: You divide by the enlarging, so this counts pixels of the small map. Pixels of the picture are
wanted.
    20 * flow => 5 * flow
units divided: The unit is 20 px: numbers in this unit become pixels by multiplying.
    20 * flow => flow / 20
not enlarged: This is the finest prediction, a quarter of the height and width. It still has to be enlarged.
    torch.nn.functional.interpolate(20 * flow, scale_factor=4, mode="bilinear") => 20 * flow
enlarged twice only: The finest prediction has a quarter of the height and width, not a half.
    scale_factor=4 => scale_factor=2
picture's factor for the unit: You multiply by 4, by which the map is enlarged. What makes pixels of these numbers is
their unit, 20 px.
    20 * flow => 4 * flow
enlarged in two steps: Twice by 2 is not once by 4: bilinear weights differ. FlowNetS enlarges once, by 4.
    20 * flow, => torch.nn.functional.interpolate(20 * flow, scale_factor=2, mode="bilinear"),
    scale_factor=4 => scale_factor=2
nearest pixels: The enlarging repeats pixels. FlowNetS enlarges its last prediction bilinearly.
    mode="bilinear" => mode="nearest"
bicubic: FlowNetS enlarges its last prediction bilinearly, not bicubically.
    mode="bilinear" => mode="bicubic"
corners aligned: align_corners stretches the map, so that the centres of the outermost pixels fall on those of the
large one. FlowNetS leaves it off.
    mode="bilinear" => mode="bilinear", align_corners=True
doubled at each level: You double the flow's values at each level. All levels count in one unit, whatever their size.
    _to_{level}"](flow) => _to_{level}"](2 * flow)
halved at each level: You halve the flow's values at each level. All levels count in one unit, whatever their size.
    _to_{level}"](flow) => _to_{level}"](flow / 2)
    or
    _to_{level}"](flow) => _to_{level}"](flow) / 2
activation twice: `deconv` ends with its activation already. You apply another one.
    layers[f"deconv{level}"](stack) => torch.nn.functional.leaky_relu(layers[f"deconv{level}"](stack), 0.1)
    or
    layers[f"deconv{level}"](stack) => torch.relu(layers[f"deconv{level}"](stack))
finest level left out: The finest level, which reads conv2, is missing.
    , (2, conv2) =>
skip last: The skip comes first in each stack: skip, features, flow.
    skip, layers[f"deconv{level}"](stack), flow => layers[f"deconv{level}"](stack), flow, skip
features first: Skip and features have changed places: the order of a stack is skip, features, flow.
    skip, layers[f"deconv{level}"](stack), flow => layers[f"deconv{level}"](stack), skip, flow
flow before features: Flow and features have changed places: the order of a stack is skip, features, flow.
    layers[f"deconv{level}"](stack), flow => flow, layers[f"deconv{level}"](stack)
reversed: Your stacks are in reverse order: it is skip, features, flow.
    skip, layers[f"deconv{level}"](stack), flow => flow, layers[f"deconv{level}"](stack), skip
skip raised: The skip has its level's size already. `deconv` reads the stack of the level below.
    layers[f"deconv{level}"](stack) => layers[f"deconv{level}"](skip)
stack of the bottom: `deconv` reads conv6_1 at each level in yours. It reads the stack of the level below.
    layers[f"deconv{level}"](stack) => layers[f"deconv{level}"](conv6_1)
prediction from the skip: Your prediction reads the skip alone. It reads the whole stack of its level.
    layers[f"predict_flow{level}"](stack) => layers[f"predict_flow{level}"](skip)
flow not raised: The flow has half of the skip's size: raise it with the layer `upsampled_flow..._to_...` first.
    flow = layers[f"upsampled_flow{level + 1}_to_{level}"](flow) => pass
flows added: You add the enlarged coarse flow to each prediction. In FlowNetS each level predicts the whole flow anew.
    layers[f"predict_flow{level}"](stack) => layers[f"predict_flow{level}"](stack) + flow
coarsest flow only: This is the coarsest prediction, enlarged from level to level. Each level predicts a flow of its
own from its stack.
    flow = layers[f"predict_flow{level}"](stack) => pass
activated: Your prediction went through an activation. The layer's result is the flow; it may be negative.
    (20 * flow, => (20 * torch.nn.functional.leaky_relu(flow, 0.1),
    or
    (20 * flow, => (20 * torch.relu(flow),
all predictions: These are several flows. The finest one alone is asked for.
    return way_up(conv2, conv3_1, conv4_1, conv5_1, conv6_1, layers), layers["predict_flow6"](conv6_1)
""",
    "7.5": """
biases forgotten: The biases are missing: each output channel has one.
    outputs + outputs => outputs
biases of the inputs: A bias belongs to an output channel. You add one for each input channel.
    outputs + outputs => outputs + inputs
one bias: A layer has one bias for each output channel, not one alone.
    outputs + outputs => outputs + 1
biases at full width: Your biases are those at full width. Each output channel has one: here are fewer.
    outputs + outputs => outputs + full
a bias at each place: You count a bias at each place of the kernel. An output channel has one bias.
    kernel**2 * inputs * outputs + outputs => kernel**2 * (inputs + 1) * outputs
    or
    kernel**2 * inputs * outputs + outputs => kernel**2 * (inputs * outputs + outputs)
kernel not squared: A kernel has rows and columns: its side counts twice.
    kernel**2 => kernel
kernel doubled: A kernel has side times side places. Twice the side is something else.
    kernel**2 => 2 * kernel
channels added: Each output channel reads each input channel, so their numbers are multiplied. You add them.
    kernel**2 * inputs * outputs => kernel**2 * (inputs + outputs)
outputs forgotten: You count the weights of one output channel. There are `outputs` of them.
    inputs * outputs => inputs
inputs forgotten: Each output channel has a kernel for each input channel. The input channels are missing.
    * inputs * => *
frames scaled: The first layer reads six channels at any width. Yours are multiplied by the width.
    6, [] => round(6 * width), []
one frame: The first layer reads both frames, three channels each.
    6, [] => 3, []
first channel count for the frames: Your first layer reads as many channels as it gives. It reads the two frames.
    6, [] => round(channels[0] * width), []
width ignored: These are the parameters at full width. Multiply the channels by `width`.
    full * width => full
only the outputs scaled: Your counts are those at full width times `width`, as if the outputs alone were fewer. A
layer's inputs are the outputs of the one before: they are fewer, too.
    inputs = outputs => inputs = full
    or
    return [width * count for count in contracting_parameters(kernels, channels, 1)]
outputs at full width: Your inputs follow the width, the outputs do not. `width` multiplies the channels of all layers.
    round(full * width) => full
    inputs = outputs => inputs = round(outputs * width)
total times its square: width * width is right for the weights between two scaled layers alone. The frames keep their
six channels, and biases follow the outputs only.
    return [width**2 * count for count in contracting_parameters(kernels, channels, 1)]
width divides: You divide the channels by `width`. It is a factor: 0.25 leaves a quarter of them.
    full * width => full / width
always six: Every layer reads six channels in yours. After the first, a layer reads the outputs of the one before.
    inputs = outputs => pass
own outputs read: Your layers read as many channels as they give. A layer's inputs are the outputs of the one before.
    counts.append(kernel**2 * inputs * outputs + outputs) => inputs = outputs
    inputs = outputs => counts.append(kernel**2 * inputs * outputs + outputs)
all together: That is the sum over all layers. The count of each is asked for.
    return sum(contracting_parameters(kernels, channels, width))
running total: You add up from layer to layer. Each layer's own count is asked for.
    return np.cumsum(contracting_parameters(kernels, channels, width))
    or
    inputs, counts => total, inputs, counts
    6, [] => 0, 6, []
    counts.append(kernel**2 * inputs * outputs + outputs) => total += kernel**2 * inputs * outputs + outputs
    inputs = outputs => inputs = outputs; counts.append(total)
shares: These are the layers' shares of all parameters. Their counts are asked for.
    counts = contracting_parameters(kernels, channels, width)
    return [count / sum(counts) for count in counts]
first layer only: That is the first layer alone: does the return stand inside the loop?
    return contracting_parameters(kernels, channels, width)[:1]
    or
    return contracting_parameters(kernels, channels, width)[0]
last layer only: That is the last layer alone. Collect the counts of all layers.
    return contracting_parameters(kernels, channels, width)[-1:]
first layer left out: The first layer is missing: it reads the six channels of the frames.
    return contracting_parameters(kernels, channels, width)[1:]
    or
    inputs, counts = 6, [] => counts, inputs = [], round(channels[0] * width)
    zip(kernels, channels, strict=True) => zip(kernels[1:], channels[1:], strict=True)
last layer left out: The last layer is missing.
    return contracting_parameters(kernels, channels, width)[:-1]
reverse order: The counts have changed places: they are in reverse order, and the first layer comes first.
    return contracting_parameters(kernels, channels, width)[::-1]
layers' channels: These are the output channels of each layer. Its weights and biases are asked for.
    return [round(full * width) for full in channels]
""",
}
