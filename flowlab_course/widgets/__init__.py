"""The chapters' widgets: each a pure ``compute`` and a ``draw``, wired to controls by ``Explorer``."""

from flowlab_course.widgets.aperture import aperture_on_an_edge
from flowlab_course.widgets.chairs import dress_a_chair, move_a_layer
from flowlab_course.widgets.disguise import augmentation_explorer
from flowlab_course.widgets.displacement import displacement_explorer
from flowlab_course.widgets.dots import random_dots
from flowlab_course.widgets.explorer import Explorer, Picture
from flowlab_course.widgets.gallery import failure_gallery
from flowlab_course.widgets.kernel_reads import who_reads_what
from flowlab_course.widgets.kernel_tiles import choose_a_tile
from flowlab_course.widgets.levels import pyramid_levels
from flowlab_course.widgets.paint import paint_a_flow
from flowlab_course.widgets.pole import barbers_pole
from flowlab_course.widgets.reach import how_far_it_reaches
from flowlab_course.widgets.receptive import receptive_field
from flowlab_course.widgets.scrub import scrub_a_warp
from flowlab_course.widgets.search import levels_of_search
from flowlab_course.widgets.smoothing import smoothness_and_iterations
from flowlab_course.widgets.timelapse import long_training_timelapse, training_timelapse
from flowlab_course.widgets.trust import trust_by_consistency
from flowlab_course.widgets.wheel import vector_on_the_wheel
from flowlab_course.widgets.windows import window_noise_and_light
from flowlab_course.widgets.yours import flow_between_two_pictures

__all__ = [
    "Explorer",
    "Picture",
    "aperture_on_an_edge",
    "augmentation_explorer",
    "barbers_pole",
    "choose_a_tile",
    "displacement_explorer",
    "dress_a_chair",
    "failure_gallery",
    "flow_between_two_pictures",
    "how_far_it_reaches",
    "levels_of_search",
    "long_training_timelapse",
    "move_a_layer",
    "paint_a_flow",
    "pyramid_levels",
    "random_dots",
    "receptive_field",
    "scrub_a_warp",
    "smoothness_and_iterations",
    "training_timelapse",
    "trust_by_consistency",
    "vector_on_the_wheel",
    "who_reads_what",
    "window_noise_and_light",
]
