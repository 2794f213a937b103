import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ApiKey, keysQuery, revokeKey } from '../../../api/keys.ts';
import { Confirm } from '../../../components/confirm.tsx';
import { Switch } from '../../../components/fields.tsx';
import { Finder } from '../../../components/finder.tsx';
import { Icon } from '../../../components/icon.tsx';
import { MoreButton } from '../../../components/more-button.tsx';
import { Empty, Panel } from '../../../components/panel.tsx';
import { useMinute } from '../../../components/use-now.ts';
import { useAdminSearch } from '../search.ts';
import { stateOf } from './key-draft.ts';
import { KeysTable } from './keys-table.tsx';
import { NewKeyDialog } from './new-key-dialog.tsx';

/** `/admin/keys`: what programs use to ask the API. */
export function KeysPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const now = useMinute();
  const [{ q, past }, change] = useAdminSearch();
  const [isAdding, setAdding] = useState(false);
  const [revoked, setRevoked] = useState<ApiKey | null>(null);
  const keys = useInfiniteQuery(keysQuery(q));
  const revoke = useMutation({
    mutationFn: revokeKey,
    onSuccess: async () => {
      setRevoked(null);
      await queries.invalidateQueries({ queryKey: ['keys'] });
    },
  });
  return (
    <section className="card" aria-label={t('admin.sections.keys')}>
      <div className="card-h ctl">
        <Finder label={t('admin.keys.find')} value={q} onChange={(text) => change({ q: text })} />
        <Switch
          label={t('admin.keys.past')}
          isOn={past !== undefined}
          onChange={(isOn) => change({ past: isOn ? 'yes' : undefined })}
        />
        <span className="row end">
          <button type="button" className="btn primary" onClick={() => setAdding(true)}>
            <Icon name="plus" />
            {t('admin.keys.add')}
          </button>
        </span>
      </div>
      <Panel of={keys}>
        {({ pages }) => {
          const all = pages.flatMap(({ data }) => data);
          const found = all.filter((key) => past !== undefined || stateOf(key, now) === 'good');
          if (found.length === 0) return <Empty>{t(q === undefined ? 'admin.keys.none' : 'admin.noneFound')}</Empty>;
          return <KeysTable keys={found} now={now} onRevoke={setRevoked} />;
        }}
      </Panel>
      <MoreButton of={keys} />
      {isAdding && <NewKeyDialog onClose={() => setAdding(false)} />}
      {revoked !== null && (
        <Confirm
          title={t('admin.keys.revokeNamed', { name: revoked.name })}
          submit={t('admin.keys.revoke')}
          isBusy={revoke.isPending}
          error={revoke.error}
          onConfirm={() => revoke.mutate(revoked.key_id)}
          onClose={() => {
            revoke.reset();
            setRevoked(null);
          }}
        >
          {t('admin.keys.revokeMeans')}
        </Confirm>
      )}
    </section>
  );
}
