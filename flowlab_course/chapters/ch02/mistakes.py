"""Wrong answers to the exercises of chapter 02 that readers give, those on errors; others in mistakes_warping.py."""

MISTAKES = {
    "2.2": """
all pixels: Pixels that are not valid count too: their truth is unknown. Leave them out.
    distance[valid] => distance
invalid as zero: Unknown pixels enter the mean as perfect ones: they add 0 to the sum, but 1 to the count. Take
the mean over the valid ones alone.
    distance[valid] => (distance * valid)
components apart: You average |du| and |dv| apart. The distance of two arrowheads takes both at once: sqrt(du² + dv²).
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.abs(flow - truth)
no root: These are squared distances: the root is missing.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => ((flow - truth) ** 2).sum(axis=-1)
root of the mean: You take the root of the mean of the squares (RMS). EPE is the mean of the roots: root first, mean
last.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => ((flow - truth) ** 2).sum(axis=-1)
    distance[valid].mean() => np.sqrt(distance[valid].mean())
lengths compared: You compare lengths. Two vectors of equal length may point in opposite directions: subtract the
flows first.
    return np.abs(np.hypot(*flow.T) - np.hypot(*truth.T)).T[valid].mean()
sum: This is the sum over the valid pixels; the EPE is their mean.
    .mean() => .sum()
|du| + |dv|: |du| + |dv| is the way along the grid. The distance is straight: sqrt(du² + dv²).
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.abs(flow - truth).sum(axis=-1)
mean of u and v: You take the mean of du² and dv² under the root. The theorem of Pythagoras has their sum.
    sum(axis=-1) => mean(axis=-1)
shapes do not fit: valid, (H, W), picks once, from an array that begins with H and W. Reduce the last axis: one
distance per pixel.
    axis=-1 => axis=0
one norm: This is one length of all errors together: the root of the sum over all pixels. Take a distance for each
pixel.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.linalg.norm((flow - truth)[valid])
    distance[valid].mean() => distance
one norm, divided: This is one length of all errors together, divided by their number. First a distance for each pixel,
then the mean of the distances.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.linalg.norm((flow - truth)[valid])
    distance[valid].mean() => distance / valid.sum()
norm over pixels: You add the squares over the pixels, for u and v apart. Add them over u and v, for each pixel.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.linalg.norm((flow - truth)[valid], axis=0)
    distance[valid] => distance
median: This is the median of the distances. The EPE is their mean.
    distance[valid].mean() => np.median(distance[valid])
largest: This is the largest distance. The EPE is the mean of all.
    .mean() => .max()
no mean: These are the distances of the valid pixels. Their mean was asked, one number.
    .mean() =>
invalid ones: You pick the pixels that are not valid. The mask is True where the truth is known.
    [valid] => [~valid]
signed: Differences of both signs cancel out. A distance is never negative: squares, sum, root.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => flow - truth
signed lengths: You subtract the lengths of the vectors, with their sign. Subtract the vectors, then take the length.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.linalg.norm(flow, axis=-1) - np.linalg.norm(truth, axis=-1)
truth left out: This is the mean length of the estimated flow. The truth has to be subtracted first.
    flow - truth => flow
estimate left out: This is the mean length of the true flow. The error needs the estimate as well.
    flow - truth => truth
plus: You add the two flows. Their distance is the length of their difference: minus.
    flow - truth => flow + truth
mean first: You average the differences first, where errors to the left and to the right cancel. Lengths first, mean
last.
    distance[valid].mean() => np.linalg.norm((flow - truth)[valid].mean(axis=0))
mean of all squares: This is the mean of all squares, those of u and of v apart. EPE: each pixel's sum and its root,
then the mean.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => (flow - truth) ** 2
root of all squares: This is the root of the mean of all squares. EPE takes the root of each pixel's sum of squares,
then the mean.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => (flow - truth) ** 2
    distance[valid].mean() => np.sqrt(distance[valid].mean())
square of the sum: You square du + dv. The theorem of Pythagoras adds the square of du and the square of dv: square
first.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.abs((flow - truth).sum(axis=-1))
u alone: You look at u alone. An error up or down counts as well: v belongs to the distance.
    np.sqrt(((flow - truth) ** 2).sum(axis=-1)) => np.abs(flow - truth)[..., 0]
""",
    "2.3": """
or for and: A pixel is wrong only if both hold, 3 px and 5 %: & instead of |.
    (error > 3) & => (error > 3) |
at least: Exactly 3 px is still right: more than (>), not at least (>=).
    error > 3 => error >= 3
    error > 0.05 => error >= 0.05
of the estimate: The 5 % are taken of the estimated flow. Take them of the truth: an estimate must not set its own
bar.
    norm(truth, axis => norm(flow, axis
a fraction: This is a fraction of 1; the answer is in percent.
    return my_fl_all(flow, truth, valid) / 100
3 px alone: Every error above 3 px counts as wrong in yours. A fast pixel that is off by 4 px of 100 is right: the
error has to exceed 0.05 times the length as well.
    (error > 3) & (error > 0.05 * length) => error > 3
every pixel: Pixels that are not valid are counted as well: take the share of the valid ones.
    return my_fl_all(flow, truth, np.ones_like(valid))
divided by all pixels: Only valid pixels are counted as wrong, but you divide by the number of all. Divide by the
number of valid ones.
    return my_fl_all(flow, truth, valid) * valid.mean()
5 for 5 %: You compare with 5 times the length. 5 % is 0.05 of it.
    0.05 => 5
50 %: You compare with half of the length. 5 % is 0.05 of it.
    0.05 => 0.5
5 % alone: You ask for 5 % only. An error of 2 px on a motion of 10 px is right: 3 px must be exceeded, too.
    (error > 3) & (error => (error
the right ones: This is the share of the pixels that are right. Fl-all counts the wrong ones.
    return 100 - my_fl_all(flow, truth, valid)
both below: You count the pixels below both limits. Wrong is a pixel above both.
    (error > 3) & (error > => (error < 3) & (error <
at least 3 px: Exactly 3 px is still right: more than 3 (>), not at least 3 (>=).
    error > 3 => error >= 3
at least 5 %: Exactly 5 % is still right: more than 5 % (>), not at least 5 % (>=).
    error > 0.05 => error >= 0.05
components apart: You judge u and v apart. A pixel has one error: the length of the difference.
    error = np.abs(flow - truth)
    return 100 * ((error > 3) & (error > 0.05 * np.abs(truth))).any(axis=-1)[valid].mean()
mean over components: You judge u and v apart and take the mean over both. A pixel is judged once, by the length of
the difference.
    error = np.abs(flow - truth)
    return 100 * ((error > 3) & (error > 0.05 * np.abs(truth)))[valid].mean()
largest component: You take the larger of |du| and |dv| for the error. The error is the length of the difference, made
of both.
    np.linalg.norm(flow - truth, axis=-1) => np.abs(flow - truth).max(axis=-1)
|du| + |dv|: |du| + |dv| is the way along the grid. The error is the straight distance.
    np.linalg.norm(flow - truth, axis=-1) => np.abs(flow - truth).sum(axis=-1)
u alone: You look at u alone. An error up or down counts as well: v belongs to the distance.
    np.linalg.norm(flow - truth, axis=-1) => np.abs(flow - truth)[..., 0]
no root: Your errors are squared: the root is missing.
    np.linalg.norm(flow - truth, axis=-1) => ((flow - truth) ** 2).sum(axis=-1)
lengths compared: You compare lengths. Two vectors of equal length may point in opposite directions: subtract the
flows first.
    flow - truth, axis=-1) => flow, axis=-1)
    (error > 3) & (error > => (abs(error - length) > 3) & (abs(error - length) >
signed lengths: You subtract the lengths, with their sign: a vector that is too short counts as right. Subtract the
flows first.
    flow - truth, axis=-1) => flow, axis=-1) - np.linalg.norm(truth, axis=-1)
u of the truth: The 5 % are taken of the truth's u. Its length is made of u and v.
    np.linalg.norm(truth, axis=-1) => np.abs(truth[..., 0])
one error for all: Without an axis np.linalg.norm gives one length of all pixels together. Each pixel has an error of
its own.
    flow - truth, axis=-1 => flow - truth
mean error judged: You judge the mean error. Each pixel is judged first; then comes the share of the wrong.
    return 100 * (np.linalg.norm(flow - truth, axis=-1)[valid].mean() > 3)
missing brackets: & binds tighter than >: 3 & error is computed first. Put each comparison in brackets.
    (error > 3) & (error > 0.05 * length) => error > 3 & error > 0.05 * length
and between masks: `and`, `if` and Python's max need single truth values. Join masks with &, each comparison in
brackets.
    (error > 3) & (error > 0.05 * length) => error > 3 and error > 0.05 * length
shapes do not fit: valid, (H, W), picks once, from an array that begins with H and W. Reduce the last axis: an error
for each pixel.
    flow - truth, axis=-1 => flow - truth, axis=0
    norm(truth, axis=-1) => norm(truth, axis=0)
a count: This is how many pixels are wrong. The answer is their share of the valid ones, in percent.
    return my_fl_all(flow, truth, valid) * valid.sum() / 100
no mean: This says of each valid pixel whether it is wrong. The share of the wrong ones was asked.
    100 * wrong[valid].mean() => wrong[valid]
roots forgotten: Your errors and your lengths are squared, so that 3 px are compared with squares: both roots are
missing.
    np.linalg.norm(flow - truth, axis=-1) => ((flow - truth) ** 2).sum(axis=-1)
    np.linalg.norm(truth, axis=-1) => (truth**2).sum(axis=-1)
divided by the rows: len(valid) is the number of rows. Divide by the number of valid pixels.
    .mean() => .sum() / len(valid)
mean motion: You take 5 % of the mean motion. Each pixel has a true length of its own.
    0.05 * length => 0.05 * length[valid].mean()
""",
    "2.6": """
one measure for all, EPE: You choose by EPE for every user. One of them counts outliers, and one looks at directions.
    measures[user] => flowlab.epe
one measure for all, Fl-all: You choose by Fl-all for every user. One of them is harmed in
proportion to the distance, and one looks at directions.
    measures[user] => flowlab.fl_all
one measure for all, angle: You choose by the angular error for every user. One of them is harmed in
proportion to the distance, and one counts outliers.
    measures[user] => flowlab.angular_error
film and brakes exchanged: Film and brakes have changed places: a film is harmed in proportion to the
distance, brakes go wrong with an outlier, however large it is.
    return best_for({"film": "brakes", "brakes": "film"}.get(user, user), estimates, truth, valid)
film and cells exchanged: Film and cells have changed places: a film is harmed in proportion to the
distance, cells are too slow for a distance to tell their direction.
    return best_for({"film": "cells", "cells": "film"}.get(user, user), estimates, truth, valid)
brakes and cells exchanged: Brakes and cells have changed places: brakes go wrong with an outlier, and cells never
move by the 3 px that make one.
    return best_for({"brakes": "cells", "cells": "brakes"}.get(user, user), estimates, truth, valid)
film by angle: The film goes by angles in your function. A wrong length of a long vector is hardly an angle, but
a distance of many pixels.
    "film": flowlab.epe => "film": flowlab.angular_error
film by outliers: The film goes by outliers in your function. An error of 2.9 px at every pixel is not one outlier,
but can be seen everywhere.
    "film": flowlab.epe => "film": flowlab.fl_all
brakes by EPE: The brakes go by EPE in your function. There many harmless errors weigh as much as one dangerous one.
    "brakes": flowlab.fl_all => "brakes": flowlab.epe
brakes by angle: The brakes go by angles in your function. A length that is wrong by 5 px is hardly an angle.
    "brakes": flowlab.fl_all => "brakes": flowlab.angular_error
cells by EPE: The cells go by EPE in your function. A tenth of a pixel in a wrong direction is a tiny distance.
    "cells": flowlab.angular_error => "cells": flowlab.epe
cells by outliers: The cells go by outliers in your function. Motions of a tenth of a pixel never make one.
    "cells": flowlab.angular_error => "cells": flowlab.fl_all
the worst: You take the largest error. The best estimate has the smallest.
    argmin => argmax
all pixels: Pixels that are not valid count too: their truth is unknown. Pass valid on.
    estimate, truth, valid) => estimate, truth)
the error: This is the smallest error. Which estimate has it was asked.
    np.argmin(errors) => min(errors)
all errors: These are the errors of all estimates. Which is the smallest was asked.
    np.argmin(errors) => errors
the estimate: This is the estimate itself. Its index was asked.
    np.argmin(errors) => estimates[np.argmin(errors)]
the measure: This is the measure. Which estimate is best by it was asked.
    return {"film": flowlab.epe, "brakes": flowlab.fl_all, "cells": flowlab.angular_error}[user]
counted from one: You count the estimates from 1. An index in Python counts from 0: take one away.
    np.argmin(errors) => np.argmin(errors) + 1
truth and estimate exchanged: Estimate and truth have changed places in the call. The 5 % are of the truth's length.
    (estimate, truth, valid) => (truth, estimate, valid)
""",
}
