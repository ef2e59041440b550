// How many pairs a second, over the last few of them.

const REMEMBERED = 12;

export class Rate {
  private moments: number[] = [];

  /** Note that a pair is done, at a moment in milliseconds. */
  tick(moment: number): void {
    this.moments = [...this.moments, moment].slice(-REMEMBERED);
  }

  reset(): void {
    this.moments = [];
  }

  /** Pairs a second; null before there are two. */
  get perSecond(): number | null {
    const count = this.moments.length - 1;
    return count < 1 ? null : (1000 * count) / (this.moments[count] - this.moments[0]);
  }
}
