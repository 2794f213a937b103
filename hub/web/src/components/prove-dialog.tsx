import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './dialog.tsx';
import { SecretField } from './fields.tsx';

/** Asks for the password of whoever is signed in. */
export function ProveDialog({
  isBusy,
  refused,
  onProve,
  onClose,
}: {
  isBusy: boolean;
  /** Why the password did not do. */
  refused: string | undefined;
  onProve: (password: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  return (
    <Dialog
      title={t('account.prove')}
      submit={t('account.goOn')}
      isBusy={isBusy}
      onSubmit={() => onProve(password)}
      onClose={onClose}
    >
      <p className="t2">{t('account.proveMeans')}</p>
      <SecretField
        label={t('signIn.password')}
        autoComplete="current-password"
        autoFocus
        value={password}
        message={refused}
        onChange={setPassword}
      />
    </Dialog>
  );
}
