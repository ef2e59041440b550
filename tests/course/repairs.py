"""What a hint says, done: a wrong answer repaired by nothing but what its hint tells to do.

Each entry takes the wrong function `f` and returns a function of the exercise's arguments. If the hint is true of
that wrong answer, the checker finds the repaired one right.
"""

from __future__ import annotations

import numpy as np
import torch


def grid(height, width):
    """(x, y) of every pixel."""
    y, x = np.mgrid[:height, :width]
    return np.stack([x, y], axis=-1)


def turned_by(vectors, degrees):
    """Turn (..., 2) clockwise on the screen."""
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return vectors @ np.array([[c, -s], [s, c]]).T


def steps(max_displacement, stride2):
    return 2 * (max_displacement // stride2) + 1


def of_length_1(features):
    """Divide the vector (axis 1) of each place by its length."""
    return features / features.norm(dim=1, keepdim=True).clamp(min=1e-12)


def with_lines(mend):
    """Mend the lines of C that a kernel's answer hands to `run`."""
    return lambda f: lambda run: f(lambda lines: run(mend(lines)))


REPAIRS = {
    # chapters 00 to 02
    ("0.1", "no root"): lambda f: lambda w: np.sqrt(f(w)),
    ("0.1", "no maximum"): lambda f: lambda w: f(w).max(),
    ("0.1", "square of the sum"): lambda f: lambda w: np.sqrt(f(np.square(w))),
    ("0.2", "a quarter of the length"): lambda f: lambda w: f(w) * 2,
    ("0.2", "v kept"): lambda f: lambda w: f(w) / (1, 2),
    ("0.2", "as it was"): lambda f: lambda w: f(w)[::2, ::2] / 2,
    ("0.2", "lengths kept"): lambda f: lambda w: f(w) / 2,
    ("0.2", "lengths doubled"): lambda f: lambda w: f(w) / 2 / 2,
    ("0.2", "size kept"): lambda f: lambda w: f(w)[::2, ::2],
    ("0.2", "columns kept"): lambda f: lambda w: f(w)[:, ::2],
    ("1.1", "anticlockwise"): lambda f: lambda h, w, degrees: f(h, w, -degrees),
    ("1.1", "degrees as radians"): lambda f: lambda h, w, degrees: f(h, w, np.radians(degrees)),
    ("1.1", "positions"): lambda f: lambda h, w, degrees: f(h, w, degrees) - grid(h, w),
    ("1.1", "rotated offsets"): lambda f: (
        lambda h, w, degrees: f(h, w, degrees) - (grid(h, w) - [(w - 1) / 2, (h - 1) / 2])
    ),
    ("1.1", "v not subtracted"): lambda f: (
        lambda h, w, degrees: f(h, w, degrees) - (grid(h, w) - [(w - 1) / 2, (h - 1) / 2]) * [0, 1]
    ),
    ("1.1", "pi forgotten"): lambda f: lambda h, w, degrees: f(h, w, np.pi * degrees),
    ("1.1", "twice the angle"): lambda f: lambda h, w, degrees: f(h, w, degrees / 2),
    ("1.1", "components first"): lambda f: lambda h, w, degrees: np.moveaxis(f(h, w, degrees), 0, -1),
    ("1.2", "transposed"): lambda f: lambda data: f(data).swapaxes(0, 1),
    ("1.2", "upside down"): lambda f: lambda data: f(data)[::-1],
    ("1.2", "not reshaped"): lambda f: lambda data: f(data).reshape(*np.frombuffer(data, "<i4", 2, 4)[::-1], 2),
    ("1.2", "width as rows"): lambda f: lambda data: f(data).reshape(*np.frombuffer(data, "<i4", 2, 4)[::-1], 2),
    ("1.2", "big-endian"): lambda f: lambda data: np.asarray(f(data), ">f4").view("<f4"),
    ("1.3", "arguments swapped"): lambda f: lambda w: f(w[..., ::-1]),
    ("1.3", "v upwards"): lambda f: lambda w: f(w * [1, -1]),
    ("1.3", "radians"): lambda f: lambda w: np.degrees(f(w)),
    ("1.3", "negative angles"): lambda f: lambda w: f(w) % 360,
    ("1.3", "radians, negative angles"): lambda f: lambda w: np.degrees(f(w)) % 360,
    ("1.3", "360 added to all"): lambda f: lambda w: np.where(f(w) - 360 < 0, f(w), f(w) - 360),
    ("1.3", "v upwards, negative angles"): lambda f: lambda w: f(w * [1, -1]) % 360,
    ("1.3", "from the top"): lambda f: lambda w: (f(w) - 90) % 360,
    ("1.4", "components swapped"): lambda f: lambda rgb, limit: f(rgb, limit)[::-1],
    ("1.4", "v upwards"): lambda f: lambda rgb, limit: f(rgb, limit) * [1, -1],
    ("1.4", "opposite"): lambda f: lambda rgb, limit: -f(rgb, limit),
    ("1.4", "shares of the radius"): lambda f: lambda rgb, limit: f(rgb, limit) * limit,
    ("2.1", "v upwards"): lambda f: lambda img, w: f(img, w * [1, -1]),
    ("2.1", "flow as a position"): lambda f: lambda img, w: f(img, w + grid(*img.shape)),
    ("2.1", "NaN outside"): lambda f: lambda img, w: np.nan_to_num(f(img, w)),
    ("2.1", "minus the flow"): lambda f: lambda img, w: f(img, -w),
    ("2.1", "components swapped"): lambda f: lambda img, w: f(img, w[..., ::-1]),
    ("2.2", "all pixels"): lambda f: lambda w, truth, valid: f(w[valid], truth[valid], valid[valid]),
    ("2.2", "invalid as zero"): lambda f: lambda w, truth, valid: f(w, truth, valid) * valid.size / valid.sum(),
    ("2.2", "sum"): lambda f: lambda w, truth, valid: f(w, truth, valid) / valid.sum(),
    ("2.2", "mean of u and v"): lambda f: lambda w, truth, valid: f(w, truth, valid) * np.sqrt(2),
    ("2.2", "truth left out"): lambda f: lambda w, truth, valid: f(w - truth, truth, valid),
    ("2.2", "plus"): lambda f: lambda w, truth, valid: f(w, -truth, valid),
    ("2.2", "invalid ones"): lambda f: lambda w, truth, valid: f(w, truth, ~valid),
    ("2.3", "divided by all pixels"): lambda f: lambda w, truth, valid: f(w, truth, valid) * valid.size / valid.sum(),
    ("2.3", "the right ones"): lambda f: lambda w, truth, valid: 100 - f(w, truth, valid),
    ("2.3", "a count"): lambda f: lambda w, truth, valid: 100 * f(w, truth, valid) / valid.sum(),
    ("2.3", "no mean"): lambda f: lambda w, truth, valid: 100 * f(w, truth, valid).mean(),
    ("2.3", "a fraction"): lambda f: lambda w, truth, valid: 100 * f(w, truth, valid),
    ("2.3", "every pixel"): lambda f: lambda w, truth, valid: f(w[valid], truth[valid], valid[valid]),
    ("2.5", "minus the flow"): lambda f: lambda img, w: f(img, -w),
    ("2.5", "components swapped"): lambda f: lambda img, w: f(img, w[..., ::-1]),
    ("2.5", "v upwards"): lambda f: lambda img, w: f(img, w * [1, -1]),
    ("2.5", "flow as a position"): lambda f: lambda img, w: f(img, w + grid(*img.shape)),
    ("2.6", "counted from one"): lambda f: lambda *args: f(*args) - 1,
    ("2.6", "film and brakes exchanged"): lambda f: (
        lambda user, *rest: f({"film": "brakes", "brakes": "film"}.get(user, user), *rest)
    ),
    ("2.6", "all pixels"): lambda f: (
        lambda user, estimates, truth, valid: f(user, [e[valid][None] for e in estimates], truth[valid][None], None)
    ),
    ("2.4", "minus"): lambda f: lambda w, backward, limit=1.0: f(w, -backward, limit),
    ("2.4", "no root"): lambda f: lambda w, backward, limit=1.0: f(w, backward, limit**2),
    ("2.4", "the visible ones"): lambda f: lambda w, backward, limit=1.0: ~f(w, backward, limit),
    # chapters 03 and 04
    ("3.1", "means"): lambda f: lambda Ix, Iy, radius: f(Ix, Iy, radius) * (2 * radius + 1) ** 2,
    ("3.1", "x and y swapped"): lambda f: lambda Ix, Iy, radius: f(Iy, Ix, radius),
    ("3.1", "radius for side"): lambda f: lambda Ix, Iy, radius: f(Ix, Iy, 2 * radius + 1),
    ("3.1", "tensor axes first"): lambda f: lambda Ix, Iy, radius: np.moveaxis(f(Ix, Iy, radius), (0, 1), (2, 3)),
    ("3.1", "all axes reversed"): lambda f: lambda Ix, Iy, radius: f(Ix, Iy, radius).swapaxes(0, 1),
    ("3.1", "radius squared"): lambda f: lambda Ix, Iy, radius: f(Ix, Iy, radius) / radius**2 * (2 * radius + 1) ** 2,
    ("3.1", "Ix Iy doubled"): lambda f: lambda Ix, Iy, radius: f(Ix, Iy, radius) / (2 - np.eye(2)),
    ("3.1", "Ix Iy on the diagonal"): lambda f: lambda Ix, Iy, radius: f(Ix, Iy, radius)[..., ::-1],
    ("3.2", "counted below"): lambda f: lambda T, threshold: 2 - f(T, threshold),
    ("3.2", "not counted"): lambda f: lambda T, threshold: f(T, threshold).sum(axis=-1),
    ("3.2", "mean"): lambda f: lambda T, threshold: 2 * f(T, threshold),
    ("3.2", "1 and 2 swapped"): lambda f: lambda T, threshold: (3 - f(T, threshold)) % 3,
    ("3.3", "the step alone"): lambda f: lambda I1, I2, w, solve: w + f(I1, I2, w, solve),
    ("3.3", "axes swapped"): lambda f: lambda I1, I2, w, solve: f(I1, I2, w, lambda Ix, Iy, It: solve(Iy, Ix, It)),
    ("3.3", "the wrong way"): lambda f: lambda I1, I2, w, solve: f(I1, I2, w, lambda Ix, Iy, It: solve(Ix, Iy, -It)),
    ("3.3", "w subtracted"): lambda f: lambda I1, I2, w, solve: w + (f(I1, I2, w, solve) + w),
    ("3.3", "minus the step"): lambda f: lambda I1, I2, w, solve: w - f(I1, I2, w, solve),
    ("3.3", "frames swapped"): lambda f: lambda I1, I2, w, solve: f(I2, I1, w, solve),
    ("3.4", "plus"): lambda f: lambda Ix, Iy, It, g: -f(Ix, Iy, It, g),
    ("3.4", "root of the weights"): lambda f: lambda Ix, Iy, It, g: f(Ix, Iy, It, g**2),
    ("3.4", "v first"): lambda f: lambda Ix, Iy, It, g: f(Ix, Iy, It, g)[::-1],
    ("3.4", "a column"): lambda f: lambda Ix, Iy, It, g: f(Ix, Iy, It, g)[:, 0],
    ("3.4", "mean and sum"): lambda f: lambda Ix, Iy, It, g: f(Ix, Iy, It, g) * Ix.size,
    ("3.4", "divided by all weights"): lambda f: lambda Ix, Iy, It, g: f(Ix, Iy, It, g) * g.sum(),
    ("3.4", "determinant forgotten"): lambda f: (
        lambda Ix, Iy, It, g: f(Ix, Iy, It, g) / ((g * Ix * Ix).sum() * (g * Iy * Iy).sum() - (g * Ix * Iy).sum() ** 2)
    ),
    ("4.1", "alpha"): lambda f: lambda w, Ix, Iy, It, alpha: f(w, Ix, Iy, It, alpha**2),
    ("4.1", "a sum"): lambda f: lambda w, Ix, Iy, It, alpha: f(w / 4, Ix, Iy, It, alpha),
    ("4.1", "sign of It"): lambda f: lambda w, Ix, Iy, It, alpha: f(w, Ix, Iy, -It, alpha),
    ("4.1", "a quarter of alpha squared"): lambda f: lambda w, Ix, Iy, It, alpha: f(w, Ix, Iy, It, 2 * alpha),
    ("4.1", "components first"): lambda f: lambda w, Ix, Iy, It, alpha: np.moveaxis(f(w, Ix, Iy, It, alpha), 0, -1),
    ("4.2", "the slope"): lambda f: lambda s, e: np.where(s == 0, 1, f(s, e) / np.where(s == 0, 1, 2 * s)),
    ("4.2", "half of the slope"): lambda f: lambda s, e: np.where(s == 0, 1, f(s, e) / np.where(s == 0, 1, s)),
    ("4.2", "twice"): lambda f: lambda s, e: f(s, e) / 2,
    ("4.2", "upside down"): lambda f: lambda s, e: 1 / f(s, e),
    ("4.2", "no root"): lambda f: lambda s, e: np.sqrt(f(s, e)),
    ("4.2", "e not squared"): lambda f: lambda s, e: f(s, e**2),
    ("4.2", "half of it"): lambda f: lambda s, e: 2 * f(s, e),
    ("4.2", "e lost"): lambda f: lambda s, e: e * f(s, e),
    ("4.2", "e left"): lambda f: lambda s, e: f(s, e) / e,
    ("4.2", "2 e² lost"): lambda f: lambda s, e: 2 * e**2 * f(s, e),
    ("4.2", "1 / e² left"): lambda f: lambda s, e: e**2 * f(s, e),
    ("4.2", "0 at 0"): lambda f: lambda s, e: np.where(s == 0, 1, f(s, e)),
    ("4.3", "downwards"): lambda f: lambda one, two, improve: f(one[::-1], two[::-1], improve),
    ("4.3", "added twice"): lambda f: lambda one, two, improve: f(one, two, lambda I1, I2, w: improve(I1, I2, w) - w),
    ("4.3", "frames swapped"): lambda f: lambda one, two, improve: f(two, one, improve),
    ("4.4", "counted from the corner"): lambda f: lambda I1, I2, reach, radius: f(I1, I2, reach, radius) - reach,
    ("4.4", "components first"): lambda f: lambda I1, I2, reach, radius: np.moveaxis(f(I1, I2, reach, radius), 0, -1),
    ("4.4", "frames swapped"): lambda f: lambda I1, I2, reach, radius: f(I2, I1, reach, radius),
    ("4.4", "radius for side"): lambda f: lambda I1, I2, reach, radius: f(I1, I2, reach, 2 * radius + 1),
    ("4.5", "no quarter"): lambda f: lambda w, Ix, Iy, It, alpha: f(w, Ix, Iy, It, alpha / 2),
    ("4.5", "alpha not squared"): lambda f: lambda w, Ix, Iy, It, alpha: f(w, Ix, Iy, It, alpha**2),
    ("4.5", "sign of It"): lambda f: lambda w, Ix, Iy, It, alpha: f(w, Ix, Iy, -It, alpha),
    ("4.5", "u and v swapped"): lambda f: lambda w, Ix, Iy, It, alpha: f(w[..., ::-1], Ix, Iy, It, alpha),
    ("4.5", "a root"): lambda f: lambda w, Ix, Iy, It, alpha: f(w, Ix, Iy, It, alpha) ** 2,
    # chapters 05 and 06
    ("5.1", "not undone"): lambda f: lambda background, chair: f(np.linalg.inv(background), chair),
    ("5.1", "chair only"): lambda f: lambda background, chair: np.linalg.inv(background) @ f(background, chair),
    ("5.1", "background only"): lambda f: lambda background, chair: f(background, chair) @ chair,
    ("5.1", "background transposed"): lambda f: lambda background, chair: f(np.linalg.inv(background).T, chair),
    ("5.1", "transposed"): lambda f: lambda background, chair: f(background, chair).T,
    ("5.1", "inverted"): lambda f: lambda background, chair: np.linalg.inv(f(background, chair)),
    ("5.1", "identity taken off"): lambda f: lambda background, chair: f(background, chair) + np.eye(3),
    ("5.2", "forward"): lambda f: lambda M, h, w: f(np.linalg.inv(M), h, w),
    ("5.2", "places"): lambda f: lambda M, h, w: f(M, h, w) - grid(h, w),
    ("5.2", "transposed"): lambda f: lambda M, h, w: f(M.T, h, w),
    ("5.2", "sign"): lambda f: lambda M, h, w: -f(M, h, w),
    ("5.2", "v first"): lambda f: lambda M, h, w: f(M, h, w)[..., ::-1],
    ("5.2", "width before height"): lambda f: lambda M, h, w: f(M, w, h),
    ("5.2", "three components"): lambda f: lambda M, h, w: f(M, h, w)[..., :2],
    ("5.3", "visible ones"): lambda f: lambda w, one, two: ~f(w, one, two),
    ("5.3", "u and v swapped"): lambda f: lambda w, one, two: f(w[..., ::-1], one, two),
    ("5.3", "minus the flow"): lambda f: lambda w, one, two: f(-w, one, two),
    ("5.3", "frames swapped"): lambda f: lambda w, one, two: f(w, two, one),
    ("5.5", "excess"): lambda f: lambda *a: (f(*a)[0], f(*a)[1] + 3),
    ("5.5", "a sum"): lambda f: lambda *a: (f(*a)[0], f(*a)[1] / len(a[0])),
    ("5.5", "results swapped"): lambda f: lambda *a: f(*a)[::-1],
    ("5.4", "frames swapped"): lambda f: lambda one, two, A: (f(one, two, A)[1], f(one, two, A)[0], f(one, two, A)[2]),
    ("5.4", "sign"): lambda f: lambda one, two, A: (*f(one, two, A)[:2], -f(one, two, A)[2]),
    ("5.4", "places"): lambda f: lambda one, two, A: (*(p := f(one, two, A))[:2], p[2] - grid(*p[0].shape[:2])),
    ("5.4", "backward"): lambda f: lambda one, two, A: f(one, two, np.linalg.inv(A)),
    ("5.4", "transposed"): lambda f: lambda one, two, A: f(one, two, A.swapaxes(1, 2)),
    ("5.4", "v first"): lambda f: lambda one, two, A: (*f(one, two, A)[:2], f(one, two, A)[2][..., ::-1]),
    ("5.4", "three components"): lambda f: lambda one, two, A: (*f(one, two, A)[:2], f(one, two, A)[2][..., :2]),
    ("6.1", "zoomed only"): lambda f: lambda vectors, degrees, zoom: turned_by(f(vectors, degrees, zoom), degrees),
    ("6.1", "turned only"): lambda f: lambda vectors, degrees, zoom: zoom * f(vectors, degrees, zoom),
    ("6.1", "left as they were"): lambda f: (
        lambda vectors, degrees, zoom: zoom * turned_by(f(vectors, degrees, zoom), degrees)
    ),
    ("6.1", "other way"): lambda f: lambda vectors, degrees, zoom: f(vectors, -degrees, zoom),
    ("6.1", "shrunk"): lambda f: lambda vectors, degrees, zoom: f(vectors, degrees, 1 / zoom),
    ("6.1", "radians"): lambda f: lambda vectors, degrees, zoom: f(vectors, np.deg2rad(degrees), zoom),
    ("6.2", "views swapped"): lambda f: lambda w, T1, T2, h, width: f(w, T2, T1, h, width),
    ("6.2", "opposite"): lambda f: lambda w, T1, T2, h, width: -f(w, T1, T2, h, width),
    ("6.2", "T2 not inverted"): lambda f: lambda w, T1, T2, h, width: f(w, T1, np.linalg.inv(T2), h, width),
    ("6.2", "T1 inverted"): lambda f: lambda w, T1, T2, h, width: f(w, np.linalg.inv(T1), T2, h, width),
    ("6.3", "bug still there"): lambda f: lambda w, degrees: turned_by(f(w, degrees), -degrees),
    ("6.3", "against the picture"): lambda f: lambda w, degrees: turned_by(f(w, degrees), -2 * degrees),
    ("6.3", "vectors twice as far"): lambda f: lambda w, degrees: turned_by(f(w, degrees), degrees),
    ("6.3", "opposite"): lambda f: lambda w, degrees: -f(w, degrees),
    ("6.4", "from 0 to 1"): lambda f: lambda root, split, change: 255 * f(root, split, change),
    ("6.4", "before minus after"): lambda f: lambda root, split, change: -f(root, split, change),
    ("6.4", "sum of the colours"): lambda f: lambda root, split, change: f(root, split, change) / 3,
    ("6.4", "after alone"): lambda f: lambda root, split, change: f(root, split, change) - f(root, split, None),
    # chapter 07
    ("7.1", "padding forgotten"): lambda f: (
        lambda n, kernel, stride, padding: f(n, kernel, stride, padding) - 2 * padding
    ),
    ("7.1", "padding once"): lambda f: lambda n, kernel, stride, padding: f(n, kernel, stride, padding) - padding,
    ("7.1", "padding added"): lambda f: lambda n, kernel, stride, padding: f(n, kernel, stride, -padding),
    ("7.1", "n steps"): lambda f: lambda n, kernel, stride, padding: f(n - 1, kernel, stride, padding),
    ("7.2", "from zero"): lambda f: lambda layers: 1 + f(layers),
    ("7.3", "skip forgotten"): lambda f: lambda skip, *rest: torch.cat([skip, f(skip, *rest)], 1),
    ("7.3", "flow forgotten"): lambda f: (
        lambda skip, features, flow, deconv, upsample: torch.cat(
            [f(skip, features, flow, deconv, upsample), upsample(flow)], 1
        )
    ),
    ("7.3", "values doubled"): lambda f: (
        lambda skip, features, flow, deconv, upsample: f(skip, features, flow, deconv, lambda w: upsample(w) / 2)
    ),
    ("7.4", "units forgotten"): lambda f: lambda *args: 20 * f(*args),
    ("7.4", "scaled with the size"): lambda f: lambda *args: f(*args) / 4,
    ("7.4", "in small pixels"): lambda f: lambda *args: 4 * f(*args),
    ("7.4", "not enlarged"): lambda f: (
        lambda *args: torch.nn.functional.interpolate(f(*args), scale_factor=4, mode="bilinear", align_corners=False)
    ),
    ("7.5", "biases forgotten"): lambda f: (
        lambda kernels, channels, width: [
            count + width * full for count, full in zip(f(kernels, channels, width), channels, strict=True)
        ]
    ),
    ("7.5", "one bias"): lambda f: (
        lambda kernels, channels, width: [
            count - 1 + width * full for count, full in zip(f(kernels, channels, width), channels, strict=True)
        ]
    ),
    ("7.5", "width ignored"): lambda f: (
        lambda kernels, channels, width: f(kernels, [width * full for full in channels], width)
    ),
    ("7.5", "reverse order"): lambda f: lambda *args: f(*args)[::-1],
    # chapter 08
    ("8.1", "sum"): lambda f: lambda a, b, y1, x1, y2, x2, K: f(a, b, y1, x1, y2, x2, K) / (K * K * len(a)),
    ("8.1", "1 / C only"): lambda f: lambda a, b, y1, x1, y2, x2, K: f(a, b, y1, x1, y2, x2, K) / (K * K),
    ("8.1", "x and y swapped"): lambda f: lambda a, b, y1, x1, y2, x2, K: f(a, b, x1, y1, x2, y2, K),
    ("8.2", "dx outer"): lambda f: lambda channel, d, s2: f(channel, d, s2)[::-1],
    ("8.2", "not from the centre"): lambda f: lambda channel, d, s2: tuple(x - d // s2 * s2 for x in f(channel, d, s2)),
    ("8.2", "steps"): lambda f: lambda channel, d, s2: tuple(x * s2 for x in f(channel, d, s2)),
    ("8.3", "one axis"): lambda f: lambda Ho, Wo, C, K, d, s2: f(Ho, Wo, C, K, d, s2) * steps(d, s2),
    ("8.3", "patch forgotten"): lambda f: lambda Ho, Wo, C, K, d, s2: f(Ho, Wo, C, K, d, s2) * K * K,
    ("8.3", "channels forgotten"): lambda f: lambda Ho, Wo, C, K, d, s2: f(Ho, Wo, C, K, d, s2) * C,
    ("8.3", "stride ignored"): lambda f: lambda Ho, Wo, C, K, d, s2: f(Ho, Wo, C, K, d // s2, s2),
    ("8.4", "dx outer"): lambda f: (
        lambda a, b, d, s2: f(a, b, d, s2).unflatten(1, (steps(d, s2),) * 2).transpose(1, 2).flatten(1, 2)
    ),
    ("8.4", "sum"): lambda f: lambda a, b, d, s2: f(a, b, d, s2) / a.shape[1],
    ("8.4", "stacked in front"): lambda f: lambda a, b, d, s2: f(a, b, d, s2).transpose(0, 1),
    ("8.4", "batch torn apart"): lambda f: (
        lambda a, b, d, s2: f(a, b, d, s2).reshape(-1, len(a), *a.shape[2:]).transpose(0, 1)
    ),
    ("8.5", "not times C"): lambda f: lambda a, b, d: f(a, b, d) * a.shape[1],
    ("8.5", "lengths as they are"): lambda f: lambda a, b, d: f(of_length_1(a), of_length_1(b), d),
    ("8.5", "mean product"): lambda f: lambda a, b, d: f(of_length_1(a), of_length_1(b), d) * a.shape[1],
    ("8.5", "a alone"): lambda f: lambda a, b, d: f(a, of_length_1(b), d),
    ("8.5", "b alone"): lambda f: lambda a, b, d: f(of_length_1(a), b, d),
    ("8.5", "maps swapped"): lambda f: lambda a, b, d: f(b, a, d),
    ("8.5", "0 divided by 0"): lambda f: lambda a, b, d: f(a, b, d).nan_to_num(0),
    # chapters 09 and 10
    ("9.1", "negative numbers lost"): with_lines(
        lambda lines: lines.replace(": 0;", ": 0.1f * value;").replace("(1 / 10)", "0.1f")
    ),
    ("9.1", "block and thread changed places"): with_lines(
        lambda lines: lines.replace("threadIdx.x * blockDim.x + blockIdx.x", "blockIdx.x * blockDim.x + threadIdx.x")
    ),
    ("9.2", "a sum"): with_lines(lambda lines: lines.replace("= sum", "= sum / C")),
    ("9.2", "no guard"): with_lines(
        lambda lines: lines.replace("    const int y2", "    if (x >= W) return; const int y2")
    ),
    ("9.2", "sum of integers"): with_lines(lambda lines: lines.replace("int sum", "float sum")),
    ("9.3", "one channel"): lambda f: lambda columns, D, C: C * f(columns, D, C),
    ("9.3", "only b"): lambda f: lambda columns, D, C: f(columns, D, C) + C * columns,
    ("9.4", "second barrier forgotten"): with_lines(lambda lines: lines + "__syncthreads();"),
    ("9.4", "stride forgotten in use"): with_lines(lambda lines: lines.replace("t + m", "t + m * s")),
    ("9.4", "channel forgotten"): with_lines(lambda lines: lines.replace("b[x2]", "b[c * W + x2]")),
    ("9.5", "stopped at a border"): with_lines(lambda lines: lines.replace("break", "continue")),
    ("9.5", "a sum"): with_lines(lambda lines: lines.replace("= sum", "= sum / C")),
    ("9.5", "one row of displacements"): with_lines(lambda lines: lines.replace("m < D;", "m < D * D;")),
    ("10.1", "scores only"): lambda f: lambda redirected, d, s2: redirected + f(redirected, d, s2),
    ("10.1", "stride forgotten"): lambda f: lambda redirected, d, s2: f(redirected, d // s2, 1),
    ("10.1", "both maps"): lambda f: lambda redirected, d, s2: f(redirected, d, s2) - redirected,
    ("10.1", "one axis"): lambda f: lambda redirected, d, s2: redirected + (f(redirected, d, s2) - redirected) ** 2,
    ("10.2", "in features"): lambda f: lambda stride, d, s2: tuple(stride * x for x in f(stride, d, s2)),
    ("10.2", "step of features"): lambda f: (
        lambda stride, d, s2: (
            f(stride, d, s2)[0],
            s2 * f(stride, d, s2)[1],
        )
    ),
    ("10.2", "number of steps"): lambda f: lambda stride, d, s2: (s2 * f(stride, d, s2)[0], f(stride, d, s2)[1]),
    ("10.2", "both sides"): lambda f: lambda stride, d, s2: (f(stride, d, s2)[0] // 2, f(stride, d, s2)[1]),
    ("10.3", "swapped"): lambda f: lambda layers, one, two: f(layers, one, two)[::-1],
    ("10.3", "the first twice"): lambda f: (
        lambda layers, one, two: f(layers, torch.cat([one, two]), two)[0].split(len(one))
    ),
    ("10.4", "second frame redirected"): lambda f: (
        lambda f1, f2, redirect, correlate: f(f1, f2, lambda _: redirect(f1), correlate)
    ),
    ("10.4", "frames swapped"): lambda f: (
        lambda f1, f2, redirect, correlate: f(f1, f2, redirect, lambda a, b: correlate(b, a))
    ),
    ("10.4", "activation forgotten"): lambda f: (
        lambda f1, f2, redirect, correlate: f(
            f1, f2, redirect, lambda a, b: torch.nn.functional.leaky_relu(correlate(a, b), 0.1)
        )
    ),
    ("10.5", "pixels of the image"): lambda f: (
        lambda img1, img2, layers, reach, step: f(img1, img2, layers, reach // 8, step // 8)
    ),
    # chapters 11 and 12
    ("11.1", "always the mean"): lambda f: (
        lambda off, eps, form: f(off, eps, form) * (off[0].size if form == "sum" else 1)
    ),
    ("11.2", "not shares"): lambda f: (
        lambda weights, strides: tuple(share / sum(f(weights, strides)) for share in f(weights, strides))
    ),
    ("11.2", "turned round"): lambda f: lambda weights, strides: f(weights, [1 / s for s in strides]),
    ("11.2", "one axis"): lambda f: lambda weights, strides: f(weights, [s**2 for s in strides]),
    ("11.4", "uphill"): lambda f: (
        lambda w, g, m, v, t, rate: (
            2 * w - f(w, g, m, v, t, rate)[0],
            *f(w, g, m, v, t, rate)[1:],
        )
    ),
    ("11.4", "step alone"): lambda f: (
        lambda w, g, m, v, t, rate: (
            w - f(w, g, m, v, t, rate)[0],
            *f(w, g, m, v, t, rate)[1:],
        )
    ),
    ("11.5", "NaN not asked for"): lambda f: (
        lambda loss, error, zero: f(loss, error, zero) if np.isfinite(loss).all() else "diverged"
    ),
    ("12.1", "a share"): lambda f: lambda pred, truth, valid: 100 * f(pred, truth, valid),
    ("12.1", "every pixel"): lambda f: lambda pred, truth, valid: f(pred[valid], truth[valid], valid[valid]),
    ("12.1", "divided by all"): lambda f: lambda pred, truth, valid: f(pred, truth, valid) * valid.size / valid.sum(),
    ("12.2", "where the network wins"): lambda f: lambda network, dis, speed: f(dis, network, speed),
    ("12.3", "not divided"): lambda f: lambda epe, share: f(epe, share) / share[~np.isnan(epe)].sum(),
    ("12.3", "upside down"): lambda f: lambda epe, share: f(epe, 1 / share),
    ("12.3", "root mean square"): lambda f: lambda epe, share: f(np.sqrt(epe), share) ** 2,
    ("12.3", "NaN stays"): lambda f: lambda epe, share: f(epe[~np.isnan(epe)], share[~np.isnan(epe)]),
    ("12.3", "NaN is zero"): lambda f: lambda epe, share: f(epe, share) * share.sum() / share[~np.isnan(epe)].sum(),
    # chapters 13 and 14
    ("13.1", "flattened"): lambda f: lambda distance, limit: f(distance, limit).reshape(distance.shape),
    ("13.2", "squared"): lambda f: lambda w, valid: np.sqrt(f(w, valid)),
    ("13.3", "from one"): lambda f: lambda scores, sharpness: f(scores, sharpness) - 1,
    ("13.3", "divided"): lambda f: lambda scores, sharpness: f(scores, sharpness) * len(scores),
    ("13.3", "sharpness left out"): lambda f: lambda scores, sharpness: f(sharpness * scores, 1.0),
    ("14.1", "the other order"): lambda f: lambda first, rest: f(rest, first),
    ("14.1", "rest left out"): lambda f: lambda first, rest: rest + f(first, rest),
    ("14.1", "rest twice"): lambda f: lambda first, rest: f(first, rest) - rest,
    ("14.2", "coarsest only"): lambda f: lambda levels, d: sum(f(level, d) for level in range(1, levels + 1)),
    ("14.2", "one too many"): lambda f: lambda levels, d: f(levels - 1, d),
}
# What a mistake is, whatever it is about: each of these people make in every course.
KINDS = {
    "x and y, or two arguments, swapped": r"swapped|outer|other order|width as rows",
    "off by one": r"one short|one too many|n steps|from zero|from one|zero forgotten|last one left out|half a pixel",
    "a factor is missing": r"1 / C only|sum\b|summed|patch forgotten|channels forgotten|fraction|a share|lengths kept",
    "a sum for a mean, or a mean for a sum": r"^sum$|a sum$|^means?$|always the mean|as a mean|divided$|not divided",
    "the sign, or the wrong way round": r"minus|sign|away|way round|turned round|anticlockwise|other way|visible ones",
    "a root or a square forgotten": r"no root|squared|^alpha$",
    "a unit": r"radians|degrees|in features|in steps|^steps$|values kept",
    "unknown pixels counted": r"all pixels|every pixel|invalid|NaN|valid ignored",
}
