import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { beginTotp, confirmTotp } from '../../api/account.ts';
import { refusalsOf } from '../../api/http.ts';
import { Line } from '../../components/fields.tsx';
import { Failure } from '../../components/panel.tsx';
import { QrCode } from '../../components/qr-code.tsx';
import { useProof } from '../../session/proof.ts';

/** Sets a second factor up: the secret as a picture for an app, then the first code that the app shows. */
export function TotpSetup({ onDone }: { onDone: () => unknown }) {
  const { t } = useTranslation();
  const proved = useProof();
  const [code, setCode] = useState('');
  const begin = useMutation({ mutationFn: () => proved(beginTotp) });
  const confirm = useMutation({ mutationFn: () => confirmTotp(code), onSuccess: onDone });
  if (begin.data === undefined)
    return (
      <>
        <p className="t2">{t('account.totpMeans')}</p>
        {begin.error !== null && <Failure error={begin.error} />}
        <div className="row">
          <button type="button" className="btn" disabled={begin.isPending} onClick={() => begin.mutate()}>
            {t('account.totpBegin')}
          </button>
        </div>
      </>
    );
  const { secret, otpauth_uri: uri } = begin.data;
  const refused = refusalsOf(confirm.error).get('/code');
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate();
      }}
    >
      <p>{t('account.totpScan')}</p>
      <div className="totp-qr">
        <QrCode text={uri} label={t('account.totpPicture')} />
      </div>
      <p className="t2 small">
        {t('account.totpSecret')} <code className="mono totp-secret">{secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
      <Line
        label={t('account.totpCode')}
        isRequired
        max={20}
        inputMode="numeric"
        autoComplete="one-time-code"
        value={code}
        message={refused}
        onChange={(text) => {
          setCode(text);
          if (confirm.error !== null) confirm.reset();
        }}
      />
      {confirm.error !== null && refused === undefined && <Failure error={confirm.error} />}
      <div className="row">
        <button type="submit" className="btn primary" disabled={confirm.isPending}>
          {t('account.totpConfirm')}
        </button>
      </div>
    </form>
  );
}
