"""Wrong answers to the exercises of chapter 12 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "12.1": """
or: A pixel counts if it is off by more than 3 px and by more than 5 %. You join them by or.
    (error > 3) & => (error > 3) |
of the estimate: The 5 % are of the true motion, not of the estimated one.
    norm(truth => norm(pred
3 px counts: Exactly 3 px is no outlier: more than 3.
    error > 3 => error >= 3
every pixel: Pixels without a known truth are counted: take the mean over bad[valid].
    bad[valid] => bad
divided by all: You count bad pixels among the valid ones, but divide by all. Divide by the number of valid ones.
    bad[valid].mean() => (bad & valid).mean()
a share: That is a share, between 0 and 1. Fl-all is in per cent.
    100 * bad => bad
lengths compared: You compare lengths. Two motions of one length may point anywhere: take the length of the
difference.
    np.linalg.norm(pred - truth, axis=-1) => abs(np.linalg.norm(pred, axis=-1) - np.linalg.norm(truth, axis=-1))
3 px alone: Every error above 3 px counts in yours. It has to exceed 0.05 times the true motion as well.
    (error > 3) & (error > 0.05 * np.linalg.norm(truth, axis=-1)) => error > 3
5 % counts: Exactly 5 % is still right: more than 5 %, not at least.
    error > 0.05 => error >= 0.05
at least: Exactly 3 px and exactly 5 % are still right: both are more than, not at least.
    error > 3 => error >= 3
    error > 0.05 => error >= 0.05
5 % alone: Every error above 5 % counts in yours. It has to be more than 3 px as well.
    (error > 3) & (error => (error
and: `and` asks for one truth value, and an array has many: & joins the masks pixel by pixel.
    (error > 3) & => (error > 3) and
no brackets: Does the error name bitwise_and? & binds tighter than >: put brackets around each comparison.
    (error > 3) & (error > 0.05 => error > 3 & error > (0.05
no brackets around 3 px: & binds tighter than >: without brackets, 3 & mask comes before error > 3.
    (error > 3) => error > 3
one length for all: Your true length is one number for the whole flow: the last axis is to be named.
    norm(truth, axis=-1) => norm(truth)
mean length: You take 5 % of the mean motion. Each pixel has its own true length.
    norm(truth, axis=-1) => norm(truth, axis=-1).mean()
truth for its length: You compare with u and v of the truth, (H, W, 2). The length is one number a pixel.
    np.linalg.norm(truth, axis=-1) => truth
u for the length: You take |u| for the length. v belongs to it, too.
    np.linalg.norm(truth, axis=-1) => np.abs(truth[..., 0])
|u| + |v|: You take |u| + |v| for the length: squares and a root make it.
    np.linalg.norm(truth, axis=-1) => np.abs(truth).sum(axis=-1)
5 for 5 %: 5 times the motion is 500 %: 5 % is 0.05.
    0.05 => 5
50 %: 0.5 of the motion is 50 %: 5 % is 0.05.
    0.05 => 0.5
5 px: Your second limit is 5 px. It is 5 % of the true motion at each pixel.
    0.05 * np.linalg.norm(truth, axis=-1) => 5
all bad ones: You divide by the valid pixels, but count bad ones among all: unknown pixels are in.
    bad[valid].mean() => bad.sum() / valid.sum()
a count: You count the bad pixels. Their share of the valid ones, in per cent, is asked for.
    return outliers(pred, truth, valid) * valid.sum() / 100
a hundred times the count: You multiply the count by 100: divide by the number of valid pixels, too.
    return outliers(pred, truth, valid) * valid.sum()
the right ones: This is the share of pixels that are right. Fl-all counts the outliers.
    return 100 - outliers(pred, truth, valid)
not averaged: You return one value for each valid pixel: take the mean of the mask.
    .mean() =>
the mean error: This is the mean error in pixels. Fl-all counts pixels whose error is too large.
    100 * bad[valid].mean() => error[valid].mean()
roots forgotten: Your errors and your lengths are squared, so that 3 px are compared with squares: both roots are
missing.
    np.linalg.norm(pred - truth, axis=-1) => ((pred - truth) ** 2).sum(axis=-1)
    np.linalg.norm(truth, axis=-1) => (truth**2).sum(axis=-1)
error not rooted: Your errors are squared, and 3 px is not: the root is missing.
    np.linalg.norm(pred - truth, axis=-1) => ((pred - truth) ** 2).sum(axis=-1)
divided by the rows: len(valid) is the number of rows. Divide by the number of valid pixels.
    .mean() => .sum() / len(valid)
""",
    "12.2": """
where the network wins: That is where the network leads by most: the sign is turned.
    n - d => d - n
mean in the band: You compare means within bands. A band with few pixels may have a large mean and explain little:
sum.
    lead[pair][band == b].sum() => lead[pair][band == b].mean() if (band == b).any() else -np.inf
most pixels: You take the band with most pixels. Many pixels without a lead explain nothing.
    lead[pair][band == b].sum() => (band == b).sum()
worst for the network: That is where the network is worst. DIS may be as bad there: look at the difference of the two.
    n - d => n
by ratio: You compare ratios. Twice as bad matters little where both are off by a tenth of a pixel.
    part.mean() for part in lead => n.mean() / d.mean() for n, d in zip(network, dis, strict=True)
one pixel: You choose the pair by its single worst pixel. It is the mean over the pair that counts.
    part.mean() => part.max()
mean of an empty band: The mean of a band without pixels is NaN, and argmax takes it. Compare sums, which are 0 there.
    .sum() => .mean()
pair by its sum: You compare sums over pairs. A large image has a large sum: compare means.
    part.mean() => part.sum()
pair by its median: You choose the pair by its median. The lead is asked for in the mean.
    part.mean() => np.median(part)
pair by pixels won: You count the pixels at which DIS is better. By how much it is better is left out.
    part.mean() => (part > 0).sum()
pair by the share won: You compare shares of pixels at which DIS is better. By how much it is better is left out.
    part.mean() => (part > 0).mean()
smallest lead: You take the pair with the smallest lead: there the network leads.
    part.mean() => -part.mean()
size of the lead: Without its sign, a lead of the network counts for DIS.
    n - d => np.abs(n - d)
lead squared: A square has no sign: a lead of the network counts for DIS.
    n - d => (n - d) ** 2
errors squared: You subtract squared errors, which a few bad pixels decide. Subtract the errors.
    n - d => n**2 - d**2
relative lead: You divide the lead by the error of DIS, so that small errors decide. The lead is a difference in
pixels.
    n - d => (n - d) / d
ratio at each pixel: You divide the two errors at each pixel. The lead is their difference.
    n - d => n / d
pixels won in the band: You count the pixels that DIS wins in a band. Their leads are to be summed.
    lead[pair][band == b].sum() => (lead[pair][band == b] > 0).sum()
network's error in the band: You sum the network's errors in each band. DIS may be as bad there: sum the lead.
    lead[pair] => network[pair]
error of DIS in the band: You sum the errors of DIS in each band: sum the lead.
    lead[pair] => dis[pair]
size of the lead in the band: Within bands your lead has no sign: pixels at which the network is better count for DIS.
    lead[pair] => np.abs(lead[pair])
upper edges: 10 px belongs to band 1, and 40 px to band 2. Your bands include their upper edges.
    [10, 40] => [10, 40], right=True
10 px in the slow band: 10 px belongs to band 1: band 0 ends below it.
    np.digitize(speed[pair], [10, 40]) => (speed[pair] > 10) * 1 + (speed[pair] >= 40)
40 px in the middle band: 40 px belongs to band 2: band 1 ends below it.
    np.digitize(speed[pair], [10, 40]) => (speed[pair] >= 10) * 1 + (speed[pair] > 40)
edge at 0: With an edge at 0 the bands are 1, 2 and 3, and your sums are of 0, 1 and 2.
    [10, 40] => [0, 10, 40]
one edge: You have two bands. The edge at 40 px is missing.
    [10, 40] => [10]
bands of the error: You sort pixels into bands by the network's error. The bands are of the true speed.
    speed[pair] => network[pair]
band of all pairs: You sum each band over all pairs. Only the pair that you found is asked for.
    lead[pair][band == b].sum() => sum(part[np.digitize(v, [10, 40]) == b].sum() for part, v in zip(lead, speed))
band of the mean speed: You take the band of the pair's mean speed. The lead may come from other pixels: sum it in
each band.
    int(np.argmax([lead[pair][band == b].sum() for b in range(3)])) => int(np.digitize(speed[pair].mean(), [10, 40]))
band of one pixel: One pixel, the one with the largest lead, decides your band. All pixels bring the lead: sum it in
each band.
    int(np.argmax([lead[pair][band == b].sum() for b in range(3)])) => int(band.flat[lead[pair].argmax()])
band with the smallest lead: The pair is right, but the band is the one with the smallest lead.
    argmax([lead => argmin([lead
bands from 1: Your bands count from 1. The slow band is 0.
    range(3)])) => range(3)])) + 1
band first: The two have changed places: the pair comes first, then the band.
    return where_dis_wins(network, dis, speed)[::-1]
sum without its sign: A band's sum has no sign in yours: a band that the network wins counts for DIS.
    lead[pair][band == b].sum() => abs(lead[pair][band == b].sum())
pixels lost in the band: Within bands you leave out what the network wins. It is taken off: sum all leads.
    lead[pair][band == b] => np.maximum(lead[pair][band == b], 0)
pixels lost: You leave out the pixels at which the network is better. They are taken off: the lead has a sign.
    n - d => np.maximum(n - d, 0)
fast pixels in both: Your middle band has no upper end: fast pixels count in it as well.
    band == b].sum() for b in range(3) => mask].sum() for mask in (band == 0, band > 0, band > 1)
no upper ends: Your bands have no upper ends: fast pixels count in all of them, and the slow band holds every pixel.
    band == b => band >= b
no lower ends: Your bands have no lower ends: slow pixels count in all of them, and the fast band holds every pixel.
    band == b => band <= b
slow pixels in both: Your middle band has no lower end: slow pixels count in it as well.
    band == b].sum() for b in range(3) => mask].sum() for mask in (band == 0, band < 2, band > 1)
speeds rounded: You round the speeds: 9.5 px becomes 10 and lands in another band.
    speed[pair] => speed[pair].round()
edges in no band: Speeds of 10 and 40 px are in none of your bands. Each is the lower end of one.
    band == b => (band == b) & (speed[pair] != 10) & (speed[pair] != 40)
speed of the first pair: You sort by the speeds of the first pair. Take those of the pair that you found.
    speed[pair] => speed[0]
""",
    "12.3": """
plain mean: All bands count the same here. Weigh each by its share of the pixels.
    return np.nanmean(epe)
NaN stays: A band without an error makes the sum NaN: leave it out. Comparing with NaN does not find it, since NaN
equals nothing, not even NaN; np.isnan does.
    return (np.array(epe) * np.array(share)).sum() / sum(share)
NaN is zero: A band without an error counts as one without mistakes: its share is still in the sum that you divide by.
    return (np.nan_to_num(epe) * np.array(share)).sum() / sum(share)
not divided: Shares need not sum to 1: they may be counts. Divide by the sum of those used.
    return np.nansum(np.array(epe) * np.array(share))
weighed by the error: You divide by the sum of the errors; divide by the sum of the shares.
    share[known].sum() => epe[known].sum()
mean of the products: You divide by the number of bands. The shares are the weights: divide by their sum.
    return np.nanmean(epe * share)
a third: You divide by 3, also where a band is missing. Divide by the sum of the shares used.
    return np.nansum(epe * share) / 3
mean share: You divide a sum by a mean: both are sums.
    share[known].sum => share[known].mean
mean over a sum: You divide a mean by a sum: both are sums.
    sum() / => mean() /
one array shortened: You leave the missing band out of epe only: its share has to go as well, before you multiply.
    return (epe[~np.isnan(epe)] * share).sum() / share.sum()
filled with the mean: The missing band counts with the mean error of the others, which nobody measured. Leave its share
out as well.
    return weighed(np.where(np.isnan(epe), np.nanmean(epe), epe), share)
filled with the largest: You fill the missing band with the largest error. Leave it out.
    return weighed(np.where(np.isnan(epe), np.nanmax(epe), epe), share)
first two bands: You take the first two bands only. Which one is missing depends on the method.
    ~np.isnan(epe) => slice(2)
last one only: You expect only the last band to be missing: any may be NaN.
    ~np.isnan(epe) => slice(2 if np.isnan(epe[2]) else 3)
per cent: You divide by 100. Shares are given as parts of 1, or as counts: divide by their sum.
    return np.nansum(epe * share) / 100
not added up: You return one value for each band: add them up.
    [known].sum() / => [known] /
errors added: You add the errors without their shares: multiply first, then add.
    (epe * share) => epe
most pixels: You return the error of the band with most pixels. The others count as well.
    return epe[np.argmax(share)]
divided twice: You divide by the shares, and by the number of bands as well: the first is enough.
    return np.nansum(epe * share) / share.sum() / (~np.isnan(epe)).sum()
    or
    return weighed(epe, share) / 3
mask turned round: Your mask is turned round: it keeps the bands without an error.
    ~np.isnan(epe) => np.isnan(epe)
    or
    return np.average(epe[np.isnan(epe)], weights=share[np.isnan(epe)])
whole numbers: // keeps whole numbers only: fractions are lost. Divide by /.
    known = ~np.isnan(epe)
    return ((share[known] // share[known].sum()) * epe[known]).sum()
    or
    / => //
root mean square: You square the errors and take a root at the end, so that large ones count more. Take their mean.
    return np.sqrt(weighed(epe**2, share))
upside down: Your weights are upside down: a band with few pixels counts most.
    return weighed(epe, 1 / share)
zero for unknown: You leave out errors of 0, too. They are known: only NaN is unknown.
    ~np.isnan(epe) => epe > 0
""",
}
