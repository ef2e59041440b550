"""Wrong answers to the exercises of chapter 14 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "14.1": """
added: You add both at the same pixel. The first flow is needed where rest points.
    flowlab.warp(first, rest, padding="border") => first
the other order: You go first, then rest. From frame 1 the way begins with rest: it leads into the warped frame.
    rest + flowlab.warp(first, rest, padding="border") => first + flowlab.warp(rest, first, padding="border")
rest left out: You have looked the first flow up, and forgotten the way there.
    rest + flowlab => flowlab
looked up by itself: You look the first flow up along itself; the second look gives the place.
    rest, => first,
zeros outside: Where rest leads out of the frame you look up 0. Take the value of the border.
    rest, padding="border" => rest
    or
    H, W = first.shape[:2]
    y, x = np.mgrid[:H, :W]
    x, y = x + rest[..., 0], y + rest[..., 1]
    inside = (x >= 0) & (x <= W - 1) & (y >= 0) & (y <= H - 1)
    return rest + inside[..., None] * flowlab.warp(first, rest, padding="border")
reflected: Where rest leads out of the frame you mirror the flow. Take the value of the border.
    border => reflection
nearest: You look up at the nearest pixel. Between pixels a flow is interpolated, as an image is.
    padding => mode="nearest", padding
cut to whole pixels: You cut rest to whole pixels before you look up: warp looks up between pixels.
    rest, => np.trunc(rest),
the other order, zeros outside: You go first, then rest: the way begins with rest. Outside the frame the border's
value is wanted, too.
    rest + flowlab.warp(first, rest, padding="border") => first + flowlab.warp(rest, first)
rest left out, zeros outside: The way there, rest, is missing, and outside the frame the border's value is wanted.
    rest + flowlab.warp(first, rest, padding="border") => flowlab.warp(first, rest)
rest looked up: You look rest up along the first flow. It is the first flow that lies behind rest.
    first, rest => rest, first
first added: You add the first flow where the pixel starts. The way there is rest: add that.
    rest + => first +
rest added at its end: You look rest up at its own end. It belongs to the place where the pixel starts.
    rest + flowlab.warp(first, rest, padding="border") => flowlab.warp(first + rest, rest, padding="border")
subtracted: You subtract the flow that you looked up. The ways follow one another: plus, not minus.
    + flowlab => - flowlab
rest subtracted: You subtract rest. The ways follow one another, so that both are added: not minus.
    rest + flowlab.warp(first, rest, padding="border") => flowlab.warp(first, rest, padding="border") - rest
looked up backwards: You look the first flow up at x - rest. The pixel goes to x + rest.
    rest, => -rest,
components swapped: You look up with u and v swapped: u counts columns, v counts rows.
    rest, => np.ascontiguousarray(rest[..., ::-1]),
looked up along the sum: You look the first flow up at x + first + rest. The place is x + rest.
    rest, => first + rest,
both looked up: You look up both flows. Rest starts at the pixel itself: it is added as it is.
    rest + => flowlab.warp(rest, first, padding="border") +
first twice: You add the first flow twice, at the pixel and where rest leads. Only the second is meant.
    rest + => first + rest +
rest alone: You return rest alone. It leads into the warped frame, from which the first flow goes on.
    rest + flowlab.warp(first, rest, padding="border") => rest
first alone: You return the first flow: the second look is left out.
    rest + flowlab.warp(first, rest, padding="border") => first
wrapped round: Beyond one edge you come in again at the other. Take the value of the border.
    H, W = first.shape[:2]
    y, x = np.mgrid[:H, :W]
    return rest + first[(y + rest[..., 1].astype(int)) % H, (x + rest[..., 0].astype(int)) % W]
    or
    around = [(3, 3), (3, 3), (0, 0)]
    there = flowlab.warp(np.pad(first, around, mode="wrap"), np.pad(rest, around, mode="wrap"))
    return rest + there[3:-3, 3:-3]
first and rest exchanged: first and rest have exchanged their parts: rest is added where the pixel starts, and first
is looked up.
    return first + flowlab.warp(rest, rest, padding="border")
rows and columns swapped: x and y have changed places in your lookup: a column is x + u, a row is y + v.
    H, W = first.shape[:2]
    y, x = np.mgrid[:H, :W].astype(np.float32)
    down, across = y + rest[..., 1], x + rest[..., 0]
    return rest + cv2.remap(first, down, across, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
corners not aligned: Your -1 and 1 are the centres of the outermost pixels. grid_sample takes them for the outer edges
unless you align corners.
    H, W = first.shape[:2]
    y, x = np.mgrid[:H, :W]
    places = np.stack([2 * (x + rest[..., 0]) / (W - 1) - 1, 2 * (y + rest[..., 1]) / (H - 1) - 1], axis=-1)
    places, maps = torch.from_numpy(places[None]).float(), torch.from_numpy(first).permute(2, 0, 1)[None]
    there = torch.nn.functional.grid_sample(maps, places, padding_mode="border", align_corners=False)
    return rest + there[0].permute(1, 2, 0).numpy()
rest twice: You add rest twice. It is gone once.
    rest + => 2 * rest +
first outside: Where rest leads out of the frame you take the first flow of the pixel itself. Take the
value of the border.
    H, W = first.shape[:2]
    y, x = np.mgrid[:H, :W]
    x, y = x + rest[..., 0], y + rest[..., 1]
    inside = (x >= 0) & (x <= W - 1) & (y >= 0) & (y <= H - 1)
    return rest + np.where(inside[..., None], flowlab.warp(first, rest, padding="border"), first)
""",
    "14.2": """
coarsest only: That is the coarsest level alone; the finer ones add theirs.
    sum(d * 2**level for level in range(levels)) => d * 2 ** (levels - 1)
same everywhere: A pixel of a coarser level is worth more than one of the image.
    sum(d * 2**level for level in range(levels)) => d * levels
one too many: You count a level too many: the finest is level 0, the coarsest levels - 1.
    levels => levels + 1
by halves: You divide. Coarser pixels are larger: multiply by 2 for each level.
    * 2 => / 2
    or
    * 2 => // 2
power of all levels: 1 + 2 + 4 + ... is one less than the next power of 2. Your value is d too large.
    sum(d * 2**level for level in range(levels)) => d * 2**levels
1 off at the end: You take 1 off after multiplying by d: brackets are missing.
    sum(d * 2**level for level in range(levels)) => d * 2**levels - 1
finest left out: Level 0, which searches d pixels of the image itself, is left out.
    levels => 1, levels
coarsest left out: The coarsest level is left out: range(n) ends at n - 1 by itself.
    levels => levels - 1
finest and coarsest: You add the finest and the coarsest level. Those between, if any, and one alone?
    sum(d * 2**level for level in range(levels)) => d + d * 2 ** (levels - 1)
power of d: You raise d to a power. A pixel doubles from level to level: powers of 2, times d.
    sum(d * 2**level for level in range(levels)) => d**levels
sum of powers of d: You sum powers of d. A pixel doubles from level to level: powers of 2, times d.
    d * 2 => d
2 d to a power: d is inside the power. Only the 2 is raised, then multiplied by d.
    d * 2**level => (2 * d) ** level
square of the levels: You square the number of levels. Sizes double from level to level: powers of 2.
    sum(d * 2**level for level in range(levels)) => d * levels**2
two times the level: 2 * level grows by 2 from level to level. Sizes double: 2 ** level.
    2**level => 2 * level
two times the level, from 1: You add 2 d from level to level. Sizes double: d, 2 d, 4 d, 8 d.
    2**level => 2 * (level + 1)
counted up: You add d, 2 d, 3 d, ... Sizes double: d, 2 d, 4 d, 8 d.
    2**level => (level + 1)
by fours: A coarser pixel has four times the area, but twice the length. A motion is a length.
    2** => 4**
window: You count the displacements from -d to d. The largest motion is to one side: d.
    sum(d * 2**level for level in range(levels)) => (2 * d + 1) * (2**levels - 1)
d left out: You count pixels of the levels, one for each. Each level searches d of them.
    sum(d * 2**level for level in range(levels)) => 2**levels - 1
caret: In Python, ^ is a bitwise operation (exclusive or). A power is written **.
    2**level => (2 ^ level)
    or
    sum(d * 2**level for level in range(levels)) => d * (2 ^ levels - 1)
    or
    sum(d * 2**level for level in range(levels)) => d * ((2 ^ levels) - 1)
added to the power: You add d and the size of a pixel. d pixels of that size are d times it.
    * 2 => + 2
arguments swapped: levels and d are swapped: levels belongs into the power.
    sum(d * 2**level for level in range(levels)) => levels * (2**d - 1)
not summed: You return one value for each level. Together they reach as far as their sum.
    sum(d * 2**level for level in range(levels)) => [d * 2**level for level in range(levels)]
twice: Yours is twice the right number, so take half of it: the finest level, 0, reaches d pixels of the image, to one
side.
    return 2 * reach(levels, d)
2 times levels: 2 * levels is not 2 ** levels: sizes double from level to level.
    sum(d * 2**level for level in range(levels)) => d * (2 * levels - 1)
""",
    "14.3": """
all alike: Your short vectors have grown to the limit. Leave them as they are.
    .clamp(max=1) =>
each number: You limit each number by itself, which turns vectors. Scale whole vectors.
    return features.clamp(-most, most)
the whole map: You take one length for the whole map. Each place has its own.
    return features * min(1.0, most / float(features.norm()))
wrong axis: You measure along a row of the map. The channels are axis 1.
    dim=1 => dim=-1
normalised: Every vector has the length `most` now, the short ones too: those should stay as they are.
    return torch.nn.functional.normalize(features, dim=1) * most
zero by zero: Where a vector's length is 0 you divide 0 by 0, which is NaN. Limit the factor instead.
    * (most / length).clamp(max=1) => / length * length.clamp(max=most)
short ones grow: Your factor is 1 at least: short vectors grow, and long ones stay. It is 1 at most.
    max=1 => min=1
upside down: Your factor is upside down: short vectors shrink. The factor brings the length to most.
    most / length => length / most
long ones grow: Your factor is upside down: long vectors grow still longer.
    (most / length).clamp(max=1) => (length / most).clamp(min=1)
times the length: You multiply by length / most: long vectors grow, short ones shrink. Divide, and only the long.
    (most / length).clamp(max=1) => (length / most)
most left out: Your limit is 1 whatever `most` is.
    most / length => 1 / length
long ones to 1: The long vectors get the length 1 whatever `most` is.
    features * (most / length).clamp(max=1) => torch.where(length > most, features / length, features)
divided by most: You divide long vectors by most. Their length divides them; most is the length they get.
    return torch.where(features.norm(dim=1, keepdim=True) > most, features / most, features)
all divided by most: You divide every vector by most. Only those that are too long change.
    return features / most
unit length: Every vector has the length 1 now. Only those longer than most change.
    (most / length).clamp(max=1) => (1 / length)
numbers replaced: You write most into each channel of a long vector. It keeps its direction: scale it.
    features * (most / length).clamp(max=1) => torch.where(length > most, torch.full_like(features, most), features)
long ones removed: You set long vectors to 0. Make them shorter.
    (most / length).clamp(max=1) => (length <= most)
the longest decides: One factor, of the longest vector, shrinks all. Each place has its own factor.
    (most / length).clamp(max=1) => min(1.0, most / float(length.max()))
mean length: One factor, of the mean length, for all. Each place has its own length.
    (most / length).clamp(max=1) => min(1.0, most / float(length.mean()))
whole images: You take one length for each image. Each place has its own.
    return features * (most / features.flatten(1).norm(dim=1).view(-1, 1, 1, 1)).clamp(max=1)
factor above 1: A factor above 1 is left where vectors are shorter than most, and they grow. It is 1 at most.
    (most / length).clamp(max=1) => most / length.clamp(min=1)
length squared: You divide by the squared length.
    most / length => most / length**2
from above only: You limit each number, from above only: scale whole vectors.
    return features.clamp(max=most)
subtracted: You subtract from each number, which turns vectors. A vector is made shorter by a factor.
    features * (most / length).clamp(max=1) => features - (length - most).clamp(min=0)
rows of the map: You measure along axis 2, a column of the map. The channels are axis 1.
    dim=1 => dim=2
across the batch: You measure along axis 0, the batch. The channels are axis 1.
    dim=1 => dim=0
absolute values: You add absolute values. The length is the root of the sum of squares.
    features.norm(dim=1, keepdim=True) => features.abs().sum(dim=1, keepdim=True)
largest channel: You take the largest channel for the length: the others belong to it, too.
    features.norm(dim=1, keepdim=True) => features.abs().amax(dim=1, keepdim=True)
nothing changed: You return the features as they are.
    return features
factor alone: You return the factors, (B, 1, H, W). Multiply the features by them.
    features * ( => (
length alone: You return the new lengths, (B, 1, H, W). The vectors themselves are asked for.
    features * (most / length).clamp(max=1) => length.clamp(max=most)
one channel everywhere: You measure one channel over many places. A vector is all channels at one place.
    dim=1 => dim=(2, 3)
    or
    return torch.renorm(features, 2, 1, most)
added to the length: You add a constant to the length, and long vectors end shorter than most.
    most / length => most / (length + 0.1)
most not multiplied: Right where most is 1: long vectors get the length 1, and short ones are divided by most.
    features * (most / length).clamp(max=1) => features / length.clamp(min=most)
smooth limit: Your limit is smooth: vectors within it get shorter, too. Leave them as they are.
    features * (most / length).clamp(max=1) => features * most * torch.tanh(length / most) / length.clamp(min=1e-9)
""",
}
