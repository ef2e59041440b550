"""The teaching layer: what the chapters call, and nothing that another project would need."""

from flowlab_course import progress, scoreboard
from flowlab_course.claims import ClaimError, claim
from flowlab_course.exercises import check, hint, solution
from flowlab_course.figures import png_bytes, show
from flowlab_course.pictures import pictures
from flowlab_course.predict import answer, predict_first
from flowlab_course.profile import profile
from flowlab_course.quiz import Option, Question, quiz
from flowlab_course.session import begin, end

__all__ = [
    "ClaimError",
    "Option",
    "Question",
    "answer",
    "begin",
    "check",
    "claim",
    "end",
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
