// Where frames come from: a pair that stands still, a video file, or the camera.

import { Trouble } from "../loading";
import { fitted, frameOf, type Pair, type Size } from "../pictures";
import type { Frame } from "./messages";

/** Frames that keep coming. */
export class Moving {
  private constructor(private readonly video: HTMLVideoElement, private readonly mirrored: boolean, private readonly stream: MediaStream | null) {}

  /** Open the visitor's camera. */
  static async camera(video: HTMLVideoElement): Promise<Moving> {
    const devices = navigator.mediaDevices as MediaDevices | undefined;
    if (!devices) throw new Trouble("A camera is lent only to pages that come over https or from this machine.");
    const stream = await devices
      .getUserMedia({ audio: false, video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" } })
      .catch((error: DOMException) => {
        throw new Trouble(WHY_NO_CAMERA[error.name] ?? `The camera could not be opened (${error.name}).`);
      });
    video.srcObject = stream;
    return Moving.started(new Moving(video, true, stream));
  }

  /** Play a video file of the visitor's. */
  static async file(video: HTMLVideoElement, file: File): Promise<Moving> {
    video.srcObject = null;
    video.src = URL.createObjectURL(file);
    video.loop = true;
    return Moving.started(new Moving(video, false, null), file.name);
  }

  private static async started(moving: Moving, name = "The camera"): Promise<Moving> {
    moving.video.muted = true;
    await moving.video.play().catch(() => {
      moving.stop();
      throw new Trouble(`${name} cannot be played here. MP4 with H.264 and WebM work in most browsers.`);
    });
    return moving;
  }

  /** The present frame, its longer side `longer`; null while there is none. */
  frame(longer: number): Frame | null {
    const { videoWidth: width, videoHeight: height, readyState } = this.video;
    if (!width || readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    return frameOf(this.video, fitted({ width, height }, longer), this.mirrored);
  }

  /** Wait until the video shows another frame than the last one. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      const late = setTimeout(resolve, 500); // a paused video shows none
      this.video.requestVideoFrameCallback(() => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  pause(paused: boolean): void {
    if (paused) this.video.pause();
    else void this.video.play();
  }

  stop(): void {
    this.video.pause();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    if (this.video.src) URL.revokeObjectURL(this.video.src);
    this.video.srcObject = null;
    this.video.removeAttribute("src");
  }
}

const WHY_NO_CAMERA: Record<string, string> = {
  NotAllowedError: "The camera was not allowed. Allow it in the address bar, and press “Webcam” again.",
  NotFoundError: "There is no camera on this machine. A video file works the same.",
  NotReadableError: "The camera is busy: another program or tab has it.",
};

/** The two frames of a pair, their longer side `longer`. */
export function framesOf(pair: Pair, longer: number): [Frame, Frame] {
  const size: Size = fitted(pair, longer);
  return [frameOf(pair.first, size), frameOf(pair.second, size)];
}
