"""The captions of chapter 01's figures."""

from flowlab_course.page.captions import Caption

CAPTIONS = {
    "a turn": Caption(
        alt="A cat, the same cat turned clockwise by 12 degrees, and the flow as arrows that circle the middle of the "
        "picture.",
        see="arrows that run round the middle, nothing at the centre, and longer the further out.",
    ),
    "two scales": Caption(
        alt="Four colour pictures of a rotation: two alike under automatic scale, and under a fixed scale one strong, "
        "one pale.",
        see="the first two are the same picture though one flow is ten times the other; the last two tell them apart.",
    ),
    "two wheels": Caption(
        alt="The two colour wheels, each with the turning cat's flow drawn in its colours.",
        see="the same flow twice. The second wheel goes from dark to light and from blue to yellow, which such an eye "
        "tells apart.",
    ),
    "a zoom": Caption(
        alt="An astronaut, the same nearer, and the flow: arrows that point away from the middle, all colours of the "
        "wheel, which is drawn beside it.",
        see="the whole wheel, laid over the picture: each side moves away from the middle in its own direction.",
    ),
    "a stereo pair": Caption(
        alt="The motorcycle; its true flow, all in the hue of leftward motion, with unknown pixels marked; the colour "
        "wheel.",
        see="one hue, stronger where things are near. The grey pixels are not zero flow: nobody knows their flow.",
    ),
}
