import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusalsOf } from '../../../api/http.ts';
import { makeKey } from '../../../api/keys.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { Choice, Choices, Line, Picked } from '../../../components/fields.tsx';
import { Failure } from '../../../components/panel.tsx';
import { SecretOnce } from '../../../components/secret-once.tsx';
import { exactDuration } from '../../../format.ts';
import { useProof } from '../../../session/proof.ts';
import { useMay } from '../../../session/session.ts';
import { ROLES } from '../people/person-draft.ts';
import { useProjects } from '../use-projects.ts';
import { EMPTY, faultOf, type KeyDraft, LASTS, newKeyOf } from './key-draft.ts';

/** Makes a key; then shows it, once. */
export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const proved = useProof();
  const projects = useProjects();
  const isManager = !useMay('administer');
  const [draft, setDraft] = useState<KeyDraft>(() => {
    const own = projects.length === 1 ? projects.map(({ value }) => value) : [];
    return { ...EMPTY, projects: own };
  });
  const make = useMutation({
    mutationFn: () => proved(() => makeKey(newKeyOf(draft, Date.now()))),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
  const change = (part: Partial<KeyDraft>): void => {
    setDraft({ ...draft, ...part });
    if (make.error !== null) make.reset();
  };
  if (make.data !== undefined)
    return (
      <Dialog title={make.data.name} submit={t('common.done')} hasCancel={false} onSubmit={onClose} onClose={onClose}>
        <SecretOnce label={t('admin.keys.key')} secret={make.data.key} />
        <p className="t2">{t('admin.keys.use')}</p>
        <code className="mono">Authorization: Bearer hck_…</code>
      </Dialog>
    );
  const fault = faultOf(draft, isManager);
  return (
    <Dialog
      title={t('admin.keys.add')}
      submit={t('admin.keys.make')}
      isBusy={make.isPending}
      canSubmit={fault === null}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <Line
        label={t('admin.keys.name')}
        isRequired
        max={100}
        hint={t('admin.keys.nameHint')}
        value={draft.name}
        message={refusalsOf(make.error).get('/name')}
        onChange={(name) => change({ name })}
      />
      <Picked
        label={t('admin.people.role')}
        value={draft.role}
        options={ROLES.filter((role) => !isManager || role !== 'super_admin').map((value) => ({
          ...{ value, label: t(`common.role.${value}`) },
        }))}
        hint={t(`admin.people.can.${draft.role}`)}
        onChange={(role) => change({ role })}
      />
      {draft.role !== 'super_admin' && (
        <Choices
          label={t('admin.people.projects')}
          options={projects}
          value={draft.projects}
          message={fault === null ? undefined : t(`admin.keys.faults.${fault}`)}
          onChange={(chosen) => change({ projects: chosen })}
        />
      )}
      <Choice
        label={t('admin.keys.rights')}
        value={draft.rights}
        options={(['read', 'write'] as const).map((value) => ({ value, label: t(`admin.keys.may.${value}`) }))}
        onChange={(rights) => change({ rights })}
      />
      <Picked
        label={t('admin.keys.lasts')}
        value={draft.lasts}
        options={LASTS.map((value) => ({
          value,
          label: value === 'ever' ? t('admin.keys.ever') : exactDuration(Number(value) * 86_400),
        }))}
        onChange={(lasts) => change({ lasts })}
      />
      {make.error !== null && <Failure error={make.error} />}
    </Dialog>
  );
}
