import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Agent, reinstateAgent, revokeAgent } from '../../api/agents.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Suggested } from '../../components/fields.tsx';
import { Failure } from '../../components/panel.tsx';

/** Revoking, and believing again one whose identity was used twice. */
export function AgentActions({ agent }: { agent: Agent }) {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<'revoke' | 'reinstate' | null>(null);
  const close = (): void => setDoing(null);
  return (
    <div className="row wrap">
      {agent.status === 'quarantined' && (
        <button type="button" className="btn primary" onClick={() => setDoing('reinstate')}>
          {t('agents.do.reinstate')}
        </button>
      )}
      <button type="button" className="btn danger" onClick={() => setDoing('revoke')}>
        {t('agents.do.revoke')}
      </button>
      {doing === 'revoke' && <Revoke agent={agent} onClose={close} />}
      {doing === 'reinstate' && <Reinstate agent={agent} onClose={close} />}
    </div>
  );
}

interface Props {
  readonly agent: Agent;
  readonly onClose: () => void;
}

/** It is final, so that the name has to be written. */
function Revoke({ agent: { agent_id: id, name, containers_count: count }, onClose }: Props) {
  const { t } = useTranslation();
  const [said, setSaid] = useState('');
  const revoke = useChange(() => revokeAgent(id), onClose);
  return (
    <Dialog
      title={t('agents.revoke.title', { name })}
      submit={t('agents.do.revoke')}
      isBusy={revoke.isPending || said.trim() !== name}
      onSubmit={revoke.mutate}
      onClose={onClose}
    >
      <p>{t('agents.revoke.means')}</p>
      {count > 0 && <p>{t('agents.revoke.containers', { count })}</p>}
      <Suggested label={t('agents.revoke.write', { name })} value={said} onChange={setSaid} />
      {revoke.error !== null && <Failure error={revoke.error} />}
    </Dialog>
  );
}

function Reinstate({ agent: { agent_id: id, name }, onClose }: Props) {
  const { t } = useTranslation();
  const reinstate = useChange(() => reinstateAgent(id), onClose);
  return (
    <Dialog
      title={t('agents.reinstate.title', { name })}
      submit={t('agents.do.reinstate')}
      isBusy={reinstate.isPending}
      onSubmit={reinstate.mutate}
      onClose={onClose}
    >
      <p>{t('agents.reinstate.means')}</p>
      {reinstate.error !== null && <Failure error={reinstate.error} />}
    </Dialog>
  );
}

function useChange(change: () => Promise<unknown>, onDone: () => void) {
  const queries = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['agents'] });
      onDone();
    },
  });
  return { isPending, error, mutate: () => mutate() };
}
