"""Wrong answers to exercise 7.3, which joins three tensors, and what to tell those who give them."""

import torch

from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


def _doubled(x):
    """Each pixel four times, as interpolation enlarges what is constant."""
    return x.repeat_interleave(2, -1).repeat_interleave(2, -2)


@mistake("7.3", "skip forgotten", "The skip is missing: it alone still knows where outlines are.")
def _skip_forgotten(skip, features, flow, deconv, upsample):
    return torch.cat([deconv(features), upsample(flow)], dim=1)


@mistake("7.3", "flow forgotten", "The coarse flow is missing: the next level would start from nothing.")
def _flow_forgotten(skip, features, flow, deconv, upsample):
    return torch.cat([skip, deconv(features)], dim=1)


@mistake("7.3", "another order", "The right three in another order: published weights expect skip, features, flow.")
def _another_order(skip, features, flow, deconv, upsample):
    return torch.cat([deconv(features), skip, upsample(flow)], dim=1)


@mistake("7.3", "flow first", "The flow comes last: published weights expect skip, features, flow.")
def _flow_first(skip, features, flow, deconv, upsample):
    return torch.cat([upsample(flow), skip, deconv(features)], dim=1)


@mistake(
    "7.3",
    "values doubled",
    "You doubled the flow's values. Inside the network all levels count in the same unit, 20 pixels of the image.",
)
def _values_doubled(skip, features, flow, deconv, upsample):
    return torch.cat([skip, deconv(features), 2 * upsample(flow)], dim=1)


@mistake("7.3", "along rows", "You joined along the rows. Channels are dimension 1, and all of them are kept.")
def _along_rows(skip, features, flow, deconv, upsample):
    wide = [skip, deconv(features), upsample(flow)]
    return torch.cat([t[:, :1] for t in wide], dim=2)


@mistake(
    "7.3",
    "features forgotten",
    "The features from below are missing: skip and flow alone do not hold what the deeper layers found.",
)
def _features_forgotten(skip, features, flow, deconv, upsample):
    return torch.cat([skip, upsample(flow)], dim=1)


@mistake(
    "7.3",
    "flow before features",
    "Flow and features have changed places: published weights expect the flow last.",
)
def _flow_before_features(skip, features, flow, deconv, upsample):
    return torch.cat([skip, upsample(flow), deconv(features)], dim=1)


@mistake(
    "7.3",
    "skip last",
    "The skip comes first: published weights expect skip, features, flow.",
)
def _skip_last(skip, features, flow, deconv, upsample):
    return torch.cat([deconv(features), upsample(flow), skip], dim=1)


@mistake(
    "7.3",
    "reversed",
    "The order is reversed: published weights expect the skip first and the flow last.",
)
def _reversed(skip, features, flow, deconv, upsample):
    return torch.cat([upsample(flow), deconv(features), skip], dim=1)


@mistake(
    "7.3",
    "flow through deconv",
    "The flow went through `deconv`, which raises features. A layer of its own, `upsample`, raises the flow.",
)
def _flow_through_deconv(skip, features, flow, deconv, upsample):
    return torch.cat([skip, deconv(features), deconv(flow)], dim=1)


@mistake(
    "7.3",
    "features through upsample",
    "The features went through `upsample`, which raises the flow. `deconv` raises features.",
)
def _features_through_upsample(skip, features, flow, deconv, upsample):
    return torch.cat([skip, upsample(features), upsample(flow)], dim=1)


@mistake(
    "7.3",
    "layers swapped",
    "The two layers have changed places: `deconv` is for the features, `upsample` for the flow.",
)
def _layers_swapped(skip, features, flow, deconv, upsample):
    return torch.cat([skip, upsample(features), deconv(flow)], dim=1)


@mistake(
    "7.3",
    "values halved",
    "You halved the flow's values. Inside the network all levels count in the same unit, 20 pixels of the image.",
)
def _values_halved(skip, features, flow, deconv, upsample):
    return torch.cat([skip, deconv(features), upsample(flow) / 2], dim=1)


@mistake(
    "7.3",
    "flow interpolated",
    "You enlarge the flow by interpolation. Here a layer with weights does that, `upsample`.",
)
def _flow_interpolated(skip, features, flow, deconv, upsample):
    return torch.cat([skip, deconv(features), _doubled(flow)], dim=1)


@mistake(
    "7.3",
    "flow interpolated and doubled",
    "The flow's values are doubled, and it did not go through `upsample`. That layer is all that it needs.",
)
def _flow_interpolated_and_doubled(skip, features, flow, deconv, upsample):
    return torch.cat([skip, deconv(features), 2 * _doubled(flow)], dim=1)


@mistake(
    "7.3",
    "features interpolated",
    "You enlarge the features by interpolation. Here a layer with weights does that, `deconv`.",
)
def _features_interpolated(skip, features, flow, deconv, upsample):
    return torch.cat([skip, _doubled(features), upsample(flow)], dim=1)


@mistake(
    "7.3",
    "features not raised",
    "The features have half of the skip's size: raise them with `deconv` first.",
)
def _features_not_raised(skip, features, flow, deconv, upsample):
    return torch.cat([skip, features, upsample(flow)], dim=1)


@mistake(
    "7.3",
    "flow not raised",
    "The flow has half of the skip's size: raise it with `upsample` first.",
)
def _flow_not_raised(skip, features, flow, deconv, upsample):
    return torch.cat([skip, deconv(features), flow], dim=1)


@mistake(
    "7.3",
    "nothing raised",
    "Features and flow have half of the skip's size: each goes through its layer first.",
)
def _nothing_raised(skip, features, flow, deconv, upsample):
    return torch.cat([skip, features, flow], dim=1)


@mistake(
    "7.3",
    "raised after joining",
    "You join first and raise then. The skip has its size already, and features and flow have a layer each.",
)
def _raised_after(skip, features, flow, deconv, upsample):
    return deconv(torch.cat([skip, features, flow], dim=1))


@mistake(
    "7.3",
    "skip raised",
    "The skip has this level's size already: it needs no layer.",
)
def _skip_raised(skip, features, flow, deconv, upsample):
    return torch.cat([deconv(skip), deconv(features), upsample(flow)], dim=1)


@mistake(
    "7.3",
    "batches joined",
    "dim=0 joins along the batch. The channels are another dimension.",
)
def _batches_joined(skip, features, flow, deconv, upsample):
    return torch.cat([skip, deconv(features), upsample(flow)], dim=0)


@mistake(
    "7.3",
    "rows joined",
    "dim=2 joins along the rows. The channels are another dimension.",
)
def _rows_joined(skip, features, flow, deconv, upsample):
    return torch.cat([skip, deconv(features), upsample(flow)], dim=2)


@mistake(
    "7.3",
    "columns joined",
    "You joined along the last dimension, the columns. The channels are another one.",
)
def _columns_joined(skip, features, flow, deconv, upsample):
    return torch.cat([skip, deconv(features), upsample(flow)], dim=3)


@mistake(
    "7.3",
    "stacked",
    "torch.stack makes a new dimension. The three are joined along one that they have.",
)
def _stacked(skip, features, flow, deconv, upsample):
    return torch.stack([skip, deconv(features), upsample(flow)], dim=1)


@mistake(
    "7.3",
    "added",
    "You add the three. The paper keeps all channels, side by side.",
)
def _added(skip, features, flow, deconv, upsample):
    return skip + deconv(features) + upsample(flow)


@mistake(
    "7.3",
    "not joined",
    "These are three tensors. The next level takes one, with the channels of all three.",
)
def _not_joined(skip, features, flow, deconv, upsample):
    return skip, deconv(features), upsample(flow)
