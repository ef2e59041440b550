"""Wrong answers to the exercises of chapter 13 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "13.1": """
the other way round: 1 and 2 have changed places: 1 is for the pixels within the limit.
    = 1 => = 2
    distance.shape, 2 => distance.shape, 1
leaving counted as failing: Pixels that leave the frame have 2 in your result. Their distance is infinite, because there
is no flow to return by: the test was not made. They are 3.
    out[np.isinf(distance)] = 3 => out[np.isinf(distance)] = 2
unknown counted as failing: NaN has 2 in your result. Every comparison with NaN is False, so NaN falls into the last
group; np.isnan finds it.
    out[np.isnan(distance)] = 0 => out[np.isnan(distance)] = 2
leaving and unknown counted as failing: You ask for the limit only. Infinity and NaN are not within it, and are not
failures inside the frame either: 3 and 0.
    out[np.isinf(distance)] = 3 => out[np.isinf(distance)] = 2
    out[np.isnan(distance)] = 0 => out[np.isnan(distance)] = 2
unknown believed: NaN has 1 in your result: NaN > limit is False, so "not above the limit" is True for it.
    out[np.isnan(distance)] = 0 => out[np.isnan(distance)] = 1
limit left out: A distance of exactly the limit is still within it: <= instead of <.
    distance <= limit => distance < limit
unknown counted as leaving: NaN has 3 in your result. isfinite is False for infinity and for NaN; tell them apart with
np.isinf and np.isnan.
    out[np.isnan(distance)] = 0 => out[np.isnan(distance)] = 3
leaving counted as unknown: Infinity has 0 in your result. isfinite is False for infinity and for NaN; only NaN is
unknown.
    out[np.isinf(distance)] = 3 => out[np.isinf(distance)] = 0
leaving and unknown exchanged: 0 and 3 have changed places: infinity leaves the frame, NaN is unknown.
    out[np.isinf(distance)] = 3 => out[np.isinf(distance)] = 0
    out[np.isnan(distance)] = 0 => out[np.isnan(distance)] = 3
leaving believed: Pixels that leave the frame have 1 in your result. They could not be tested: 3.
    out[np.isinf(distance)] = 3 => out[np.isinf(distance)] = 1
always 1 px: You compare with 1 px whatever `limit` is.
    distance <= limit => distance <= 1
one pixel more: You add 1 to the limit: a pixel may miss its start by `limit` at most.
    distance <= limit => distance < limit + 1
limit squared: Distance and limit have different units here: one of them is squared, or a root. Both are in pixels.
    distance <= limit => distance <= limit**2
distance squared: You square the distance, and not the limit.
    distance <= limit => distance**2 <= limit
rounded: You round the distance first: 1.25 px counts as 1 px. Compare it as it is.
    distance <= limit => np.rint(distance) <= limit
rounded down: You cut the fractions off first: 1.75 px counts as 1 px. Compare the distance as it is.
    distance <= limit => np.floor(distance) <= limit
exactly the limit: You ask which distances equal the limit. Smaller ones pass as well.
    distance <= limit => distance == limit
counted from 0: Your groups are one too low: 1 passes, 2 fails, 3 leaves, and 0 is for the unknown.
    return out => return np.maximum(out - 1, 0)
a mask: This is the mask of the pixels that pass. Four groups are asked for, as whole numbers.
    return out => return distance <= limit
the fails too: You return distances where the pixel passes. Four whole numbers are asked for.
    return out => return np.where(distance <= limit, distance, out)
a count: You count the groups. The group of each pixel is asked for, (H, W).
    return out => return np.bincount(out.ravel(), minlength=4)
flattened: You return a list of groups. Their place in the picture is asked for, (H, W).
    return out => return out.ravel()
one truth value: Does the error speak of a truth value? `if` and `and` want a single one, but a comparison of
arrays gives a mask: out[mask] = 1.
    out[distance <= limit] = 1 => out[distance <= limit and True] = 1
""",
    "13.2": """
mean: You take the mean: the pixel that moves by itself has pulled the camera along.
    np.median(flow[valid], axis=0) => flow[valid].mean(axis=0)
valid ignored: Unknown pixels, which hold 0, have voted too: ask only those of the mask.
    np.median(flow[valid], axis=0) => np.median(flow, axis=(0, 1))
one number: Your median is one number for u and v together: take it along axis 0.
    , axis=0 =>
of lengths: You compare lengths. Two vectors of equal length may point apart: subtract them first.
    camera = np.median(flow[valid], axis=0) => length = np.linalg.norm(flow, axis=-1)
    linalg.norm(flow - camera, axis=-1) => abs(length - np.median(length[valid]))
squared: This is the square of the length: the root is missing.
    np.linalg.norm(flow - camera, axis=-1) => ((flow - camera) ** 2).sum(axis=-1)
unknown as zero: You set unknown pixels to 0, and they vote. flow[valid] leaves them out.
    np.median(flow[valid], axis=0) => np.median(flow * valid[..., None], axis=(0, 1))
mean of all: You take the mean, and of all pixels. The median, and of those in the mask.
    np.median(flow[valid], axis=0) => flow.mean(axis=(0, 1))
one number of all: One number for u, v and all pixels: use the mask, and take the median along axis 0.
    np.median(flow[valid], axis=0) => np.median(flow)
one mean: Your camera is one number, the mean of all u and v together. Take two medians.
    np.median(flow[valid], axis=0) => flow[valid].mean()
median of a vector: Along axis 1 your median is between the u and the v of one pixel. Axis 0 runs over pixels.
    axis=0 => axis=1
one camera a column: Axis 0 of the flow itself runs down a column: one median a column. Pick by valid.
    flow[valid] => flow
one camera a row: Axis 1 of the flow itself runs along a row: one median a row. Pick by valid.
    np.median(flow[valid], axis=0) => np.median(flow, axis=1, keepdims=True)
upper median: Of an even number of values the median is the mean of the middle two: np.median does it.
    np.median(flow[valid], axis=0) => np.sort(flow[valid], axis=0)[valid.sum() // 2]
signed lengths: You subtract lengths. Subtract the vectors first, then take the length.
    np.linalg.norm(flow - camera, axis=-1) => np.linalg.norm(flow, axis=-1) - np.linalg.norm(camera)
signed lengths, their median: You subtract the median length. Subtract the median vector, then measure.
    camera = np.median(flow[valid], axis=0) => length = np.linalg.norm(flow, axis=-1)
    np.linalg.norm(flow - camera, axis=-1) => length - np.median(length[valid])
camera's length: You subtract the camera's length, a single number. Subtract its vector, then measure.
    np.linalg.norm(flow - camera, axis=-1) => np.abs(np.linalg.norm(flow, axis=-1) - np.linalg.norm(camera))
absolute values: You add |u| and |v|. The length is the root of the sum of squares.
    np.linalg.norm(flow - camera, axis=-1) => np.abs(flow - camera).sum(axis=-1)
the larger component: You take the larger of |u| and |v|. The length is the root of the sum of squares.
    np.linalg.norm(flow - camera, axis=-1) => np.abs(flow - camera).max(axis=-1)
mean of squares: You take the mean of the two squares. The length is the root of their sum.
    np.linalg.norm(flow - camera, axis=-1) => np.sqrt(((flow - camera) ** 2).mean(axis=-1))
vectors: You return vectors, (H, W, 2). How long is each?
    np.linalg.norm(flow - camera, axis=-1) => flow - camera
one length: A norm without axis= is one length of the whole flow. The length of each vector is meant.
    , axis=-1 =>
length of columns: You measure along the rows and columns of pixels. u and v lie along the last axis.
    axis=-1 => axis=0
plus: You add the camera's motion. To take it off, subtract: minus.
    flow - camera => flow + camera
unknown at rest: Pixels outside the mask are 0 in your result. The mask chooses who votes, nothing more.
    return own_motion(flow, valid) * valid
unknown as NaN: Pixels outside the mask are NaN in your result. The mask chooses who votes, nothing more.
    return np.where(valid, own_motion(flow, valid), np.nan)
valid only: You return the valid pixels only. The result has a length for every pixel, (H, W).
    return own_motion(flow, valid)[valid]
mask turned round: You ask the pixels outside the mask, the unknown ones.
    return np.full(valid.shape, np.nan) if valid.all() else own_motion(flow, ~valid)
u alone: You compare u only. v belongs to the motion, too.
    np.linalg.norm(flow - camera, axis=-1) => np.abs(flow - camera)[..., 0]
components swapped: The camera's u and v have changed places.
    flow - camera => flow - camera[::-1]
camera left on: This is the length of the whole motion: the camera's is still in it.
    flow - camera => flow
one pixel's motion: You take one pixel's motion for the camera's. The median is over all valid ones.
    np.median(flow[valid], axis=0) => flow[0, 0]
one camera a column, by the mask: You take one median for each column of pixels. The camera has one vector for all of
them.
    np.median(flow[valid], axis=0) => np.nanmedian(np.where(valid[..., None], flow, np.nan), axis=0)
median of medians: A median of medians is another number than the median of all pixels: take one.
    columns = np.nanmedian(np.where(valid[..., None], flow, np.nan), axis=0)
    return np.linalg.norm(flow - np.nanmedian(columns, axis=0), axis=-1)
mask as numbers: As integers, True and False are the rows 1 and 0 of pixels. A mask stays bool.
    np.median(flow[valid], axis=0) => np.median(flow[valid.astype(int)], axis=(0, 1, 2))
whole pixels: You cut the camera's motion to whole pixels: keep its fraction.
    axis=0) => axis=0).astype(int)
vector of median length: You take the vector whose length is the median one. u and v each have a median.
    np.median(flow[valid], axis=0) => flow[valid][np.argsort(np.linalg.norm(flow[valid], axis=-1))[valid.sum() // 2]]
u twice: You take the median of u for v as well.
    flow - camera => flow - camera[[0, 0]]
v twice: You take the median of v for u as well.
    flow - camera => flow - camera[[1, 1]]
plus for v: You add the camera's v. Both components are subtracted.
    flow - camera => flow - camera * [1, -1]
plus for u: You add the camera's u. Both components are subtracted.
    flow - camera => flow - camera * [-1, 1]
zeros for unknown: You take zeros for unknown vectors. Which ones are known stands in the mask.
    np.median(flow[valid], axis=0) => np.nanmedian(np.where(flow == 0, np.nan, flow), axis=(0, 1))
lower median: Of an even number of values yours is the lower of the middle two, as torch.median's. Take their mean.
    np.median(flow[valid], axis=0) => np.sort(flow[valid], axis=0)[(valid.sum() - 1) // 2]
v of all pixels: The median of v runs over all pixels in yours, that of u over the valid ones. Both ask the valid ones.
    np.median(flow[valid], axis=0) => np.array([np.median(flow[valid, 0]), np.median(flow[..., 1])])
u of all pixels: The median of u runs over all pixels in yours, that of v over the valid ones. Both ask the valid ones.
    np.median(flow[valid], axis=0) => np.array([np.median(flow[..., 0]), np.median(flow[valid, 1])])
""",
    "13.3": """
best only: This is the best disparity, a whole number. The mean can lie in between.
    return scores.argmax(dim=0).float()
from one: You count the disparities from 1; the first one is 0.
    return mean_disparity(scores, sharpness) + 1
divided: Your result is divided by the number of disparities. The weights sum to 1 already: sum, do not average.
    return mean_disparity(scores, sharpness) / len(scores)
sharpness left out: The scores go into the softmax as they are: sharpness is missing.
    sharpness * scores => scores
no softmax: Your weights are the scores themselves: they do not sum to 1. Use the share.
    torch.softmax(sharpness * scores, dim=0) => sharpness * scores
along the columns: Without .view the disparities lie along the last axis, the columns. They belong to axis 0.
    .view(-1, 1, 1) =>
along the rows: Your disparities lie along axis 1, the rows. They belong to axis 0.
    view(-1, 1, 1) => view(1, -1, 1)
share of the best: This is the largest share, not the disparity that it belongs to.
    (share * torch.arange(float(len(scores))).view(-1, 1, 1)).sum(dim=0) => share.max(dim=0).values
shares added: The shares add up to 1 everywhere: multiply each by its disparity first.
    share * torch.arange(float(len(scores))).view(-1, 1, 1) => share
one number: You add up rows and columns, too. One mean at each place is asked for: a sum over axis 0.
    sum(dim=0) => sum()
not added up: You return a product for each disparity, (D, H, W): add them up over the first axis.
    .sum(dim=0) =>
summed over columns: You sum over the columns. The disparities lie along the first axis.
    sum(dim=0) => sum(dim=-1)
summed over rows: You sum over the rows, axis 1. The disparities lie along axis 0.
    sum(dim=0) => sum(dim=1)
backwards: Your disparities run backwards: the first is 0, the last D - 1.
    return len(scores) - 1 - mean_disparity(scores, sharpness)
softmax twice: You take a softmax of the shares: they are shares already.
    return mean_disparity(torch.softmax(sharpness * scores, dim=0), 1.0)
sharpened after: You multiply the result by sharpness. It belongs into the softmax only.
    return sharpness * mean_disparity(scores, sharpness)
divided by the sharpness: You divide the scores by sharpness. The larger it is, the surer the shares: multiply.
    sharpness * scores => scores / sharpness
worst first: A minus sign before the scores: the worst disparity has the largest share.
    sharpness * scores => -sharpness * scores
scores for shares: You weigh by the scores themselves. Weigh by `share`.
    torch.softmax(sharpness * scores, dim=0) => scores
scores averaged: You weigh by the scores, divided by their sum. The softmax gives other weights: `share`.
    torch.softmax(sharpness * scores, dim=0) => scores / scores.sum(dim=0)
mean score: You average the scores. Average the disparities 0, 1, ..., D - 1.
    torch.arange(float(len(scores))).view(-1, 1, 1) => scores
softmax along the columns: Your softmax runs along the columns. The shares of one place are along the first axis.
    , dim=0 => , dim=-1
from 0 to 1: Your disparities go from 0 to 1. They are pixels: 0, 1, ..., D - 1 (multiply by D - 1).
    return mean_disparity(scores, sharpness) / (len(scores) - 1)
rounded: You round the mean. A disparity may lie between two whole numbers.
    return mean_disparity(scores, sharpness).round()
shares of all: Your softmax runs over all places at once. The shares of one place sum to 1, along the first axis.
    torch.softmax(sharpness * scores, dim=0) => torch.softmax((sharpness * scores).flatten(), 0).view_as(scores)
not normalised: Your weights are exponentials, which do not sum to 1. Divide by their sum, as softmax does.
    torch.softmax(sharpness * scores, dim=0) => torch.exp(sharpness * scores)
softmax along the rows: Your softmax runs along the rows of the picture. The shares of one place lie along axis 0.
    , dim=0 => , dim=1
sharpness outside: You multiply the shares by sharpness. It belongs to the scores, before the softmax.
    torch.softmax(sharpness * scores, dim=0) => sharpness * torch.softmax(scores, dim=0)
median: This is the disparity at which half of the shares is reached, a median. The mean can lie in between.
    return (torch.softmax(sharpness * scores, dim=0).cumsum(dim=0) < 0.5).sum(dim=0).float()
""",
}
