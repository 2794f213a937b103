/** A message was not confirmed by its receiver. The text says by whom and why, and holds no secret. */
export class SendError extends Error {
  /** It will be refused again. */
  readonly permanent: boolean;
  /** The receiver may have it all the same. */
  readonly mayHaveArrived: boolean;

  constructor(message: string, options: { permanent?: boolean; mayHaveArrived?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SendError';
    this.permanent = options.permanent ?? false;
    this.mayHaveArrived = options.mayHaveArrived ?? false;
  }
}
