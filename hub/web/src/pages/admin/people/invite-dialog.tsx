import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusalsOf } from '../../../api/http.ts';
import { inviteUser } from '../../../api/users.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { Failure } from '../../../components/panel.tsx';
import { useProof } from '../../../session/proof.ts';
import { InvitationLink } from './invitation-link.tsx';
import { EMPTY, lacksProject, newUserOf, type PersonDraft } from './person-draft.ts';
import { PersonFields } from './person-fields.tsx';

/** Adds a person; then shows the link that opens the account to them, once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const proved = useProof();
  const [draft, setDraft] = useState<PersonDraft>(EMPTY);
  const invite = useMutation({
    mutationFn: () => proved(() => inviteUser(newUserOf(draft))),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['users'] }),
  });
  if (invite.data !== undefined) {
    const { name, email, invitation } = invite.data;
    return (
      <Dialog
        title={t('admin.people.invited')}
        submit={t('common.done')}
        hasCancel={false}
        onSubmit={onClose}
        onClose={onClose}
      >
        <InvitationLink name={name || email} invitation={invitation} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={t('admin.people.invite')}
      submit={t('admin.people.makeLink')}
      isBusy={invite.isPending}
      canSubmit={!lacksProject(draft)}
      onSubmit={() => invite.mutate()}
      onClose={onClose}
    >
      <PersonFields
        draft={draft}
        refused={refusalsOf(invite.error)}
        onChange={(part) => {
          setDraft({ ...draft, ...part });
          if (invite.error !== null) invite.reset();
        }}
      />
      {invite.error !== null && <Failure error={invite.error} />}
    </Dialog>
  );
}
