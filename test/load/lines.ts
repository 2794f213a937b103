/** Points of which a straight line is fitted by least squares. */
export class Lines {
  readonly #points: [x: number, y: number][] = [];

  add(x: number, y: number): void {
    this.#points.push([x, y]);
  }

  /** Slope, its standard error, and the mean of y. Throws with fewer than three points. */
  fit(): { slope: number; error: number; mean: number } {
    const n = this.#points.length;
    if (n < 3) throw new Error(`a line is fitted to three points or more, there are ${n}`);
    const mean = (of: 0 | 1): number => this.#points.reduce((sum, point) => sum + point[of], 0) / n;
    const [x, y] = [mean(0), mean(1)];
    const spread = this.#points.reduce((sum, [each]) => sum + (each - x) ** 2, 0);
    const slope = this.#points.reduce((sum, [atX, atY]) => sum + (atX - x) * (atY - y), 0) / spread;
    const left = this.#points.reduce((sum, [atX, atY]) => sum + (atY - y - slope * (atX - x)) ** 2, 0);
    return { slope, error: Math.sqrt(left / (n - 2) / spread), mean: y };
  }
}
