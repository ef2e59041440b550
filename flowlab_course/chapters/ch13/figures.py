"""The captions of chapter 13's figures."""

from flowlab_course.page.captions import Caption

CAPTIONS = {
    "two frames and their flow": Caption(
        alt="Two frames of a coffee cup with a round portrait before it, and their true flow: the table to the right, "
        "the disc to the lower left.",
        see="two motions and nothing between them: the table goes to the right, the portrait down to the left.",
    ),
    "three scales": Caption(
        alt="The same flow three times: strong and darkened colours, clear colours, and almost white.",
        see="on the left everything is beyond the scale and darkened; on the right the same motion looks like none.",
    ),
    "there and back": Caption(
        alt="A mask that is black along the portrait's left rim and the frame's right edge, the true error, bright at "
        "the same places, and the hidden pixels.",
        see="the test never saw the truth, and yet its black pixels lie where the error is.",
    ),
    "frames between": Caption(
        alt="Three frames: the mean shows everything twice, the frame along the flow is sharp like the true one.",
        see="the mean is a double exposure; along the flow the face has one pair of eyes.",
    ),
    "own motion": Caption(
        alt="A map of own motion, bright on the disc, the mask above 4 pixels, and the true disc.",
        see="a disc with a soft rim: at its border DIS mixes both motions.",
    ),
    "motorcycle": Caption(
        alt="The motorcycle, its disparity by the small network, brighter where it is near, and the measured truth.",
        see="the near wheel and the far wall in the right order, with rims that a quarter of the size cannot draw.",
    ),
}
