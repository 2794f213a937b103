import { createContext, use } from 'react';

/** Calls the hub; where it wants the password to be shown again, asks for it and calls once more. */
export type Proved = <Answer>(call: () => Promise<Answer>) => Promise<Answer>;

export const ProofContext = createContext<Proved | null>(null);

/** For changes that a session left open must not be enough for: people, keys, the second factor. */
export function useProof(): Proved {
  const proved = use(ProofContext);
  if (proved === null) throw new Error('nobody asks for the password here');
  return proved;
}
