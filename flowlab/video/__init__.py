"""Flow of many frames, one after the other and in constant memory: a folder of pictures, or a video.

frames.py reads frames and names the broken ones, steps.py takes the flow between neighbours, encode.py writes a video,
job.py does all of it for a folder of results that a killed run can be resumed into.
"""

from flowlab.video.encode import VideoWriter, join
from flowlab.video.frames import Frame, frames, rate
from flowlab.video.job import KINDS, Job, Report
from flowlab.video.steps import Step, flows

__all__ = ["KINDS", "Frame", "Job", "Report", "Step", "VideoWriter", "flows", "frames", "join", "rate"]
