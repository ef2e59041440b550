"""The captions of chapter 00's figures."""

from flowlab_course.page.captions import Caption

CAPTIONS = {
    "two frames": Caption(
        alt="Two photographs of a motorcycle in a garage; in the second everything lies further left.",
        see="everything lies further left in frame 2, but not by the same amount. Follow the front wheel, then the "
        "shelf behind it.",
    ),
    "flow in colours": Caption(
        alt="Frame 1, its flow in colours with arrows that all point left, longest on the motorcycle, and the colour "
        "wheel.",
        see="one hue, since everything goes left, and the motorcycle stronger in colour than the shelf: its arrows are "
        "longer.",
    ),
}
