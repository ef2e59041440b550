"""The teaching layer: what the chapters call, and nothing that another project would need."""

from flowlab_course.exercises import hint, solution
from flowlab_course.page import scoreboard
from flowlab_course.page.captions import figure
from flowlab_course.page.check import check
from flowlab_course.page.claims import ClaimError, claim
from flowlab_course.page.figures import png_bytes, show
from flowlab_course.page.guess import answer, predict_first
from flowlab_course.page.pictures import pictures
from flowlab_course.page.profile import profile
from flowlab_course.page.quiz import Option, Question, quiz
from flowlab_course.page.session import begin, end
from flowlab_course.reader import progress

__all__ = [
    "ClaimError",
    "Option",
    "Question",
    "answer",
    "begin",
    "check",
    "claim",
    "end",
    "figure",
    "hint",
    "pictures",
    "png_bytes",
    "predict_first",
    "profile",
    "progress",
    "quiz",
    "scoreboard",
    "show",
    "solution",
]
