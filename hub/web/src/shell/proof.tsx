import { useMutation } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { ApiProblem, refusalsOf } from '../api/http.ts';
import { provePassword } from '../api/session.ts';
import { ProveDialog } from '../components/prove-dialog.tsx';
import { ProofContext, type Proved } from '../session/proof.ts';

/** Somebody's call that waits for the password. */
interface Waiting {
  readonly goOn: () => void;
  readonly giveUp: () => void;
}

/** Around all that may be refused until the password is shown again: one dialog asks for every call that waits. */
export function Proof({ children }: { children: React.ReactNode }) {
  const [waiting, setWaiting] = useState<readonly Waiting[]>([]);
  const proved: Proved = useCallback(async (call) => {
    try {
      return await call();
    } catch (refusal) {
      if (!(refusal instanceof ApiProblem) || refusal.code !== 'proof_required') throw refusal;
      await new Promise<void>((goOn, reject) => {
        setWaiting((others) => [...others, { goOn, giveUp: () => reject(refusal) }]);
      });
      return call();
    }
  }, []);
  const end = (how: keyof Waiting): void => {
    setWaiting([]);
    prove.reset();
    for (const each of waiting) each[how]();
  };
  const prove = useMutation({ mutationFn: provePassword, onSuccess: () => end('goOn') });
  return (
    <ProofContext value={proved}>
      {children}
      {waiting.length > 0 && (
        <ProveDialog
          isBusy={prove.isPending}
          refused={prove.error === null ? undefined : (refusalsOf(prove.error).get('/password') ?? prove.error.message)}
          onProve={(password) => prove.mutate({ password })}
          onClose={() => end('giveUp')}
        />
      )}
    </ProofContext>
  );
}
