/** How often it sounds again, ms. */
const EVERY_MS = 4_000;
/** Two tones, the second lower: hertz, and when each begins, seconds. */
const TONES = [
  { hertz: 880, at: 0 },
  { hertz: 660, at: 0.22 },
] as const;
const [TONE_S, LOUD, FADE_S] = [0.18, 0.22, 0.02];

/**
 * A sound that goes on until it is stopped, made by the browser itself. Browsers play none before somebody has touched the
 * page; from then on it is heard.
 */
export class Alarm {
  readonly #make: () => AudioContext;
  #context: AudioContext | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(make: () => AudioContext = () => new AudioContext()) {
    this.#make = make;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.once();
    this.#timer = setInterval(() => this.once(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    // What was begun is not played to its end.
    void this.#context?.close();
    this.#context = undefined;
  }

  /** Sounds a single time. */
  once(): void {
    this.#context ??= this.#make();
    const context = this.#context;
    // Refused as long as nobody has touched the page; asked again each time.
    if (context.state === 'suspended') context.resume().catch(() => {});
    for (const { hertz, at } of TONES) play(context, hertz, context.currentTime + at);
  }
}

function play(context: AudioContext, hertz: number, at: number): void {
  const [tone, gain] = [context.createOscillator(), context.createGain()];
  tone.frequency.value = hertz;
  // Rising and falling softly: a tone that is cut clicks.
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(LOUD, at + FADE_S);
  gain.gain.setValueAtTime(LOUD, at + TONE_S - FADE_S);
  gain.gain.linearRampToValueAtTime(0, at + TONE_S);
  tone.connect(gain).connect(context.destination);
  tone.start(at);
  tone.stop(at + TONE_S);
}
