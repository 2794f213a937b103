import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '../components/icon.tsx';

/** The page in front of everything: the mark, a title, one form. */
export function Entrance({ title, children }: { title: string; children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <main className="entrance">
      <div className="card">
        <div className="brand">
          <Logo />
          <b>{t('common.app')}</b>
        </div>
        <p className="t2">{t('signIn.tagline')}</p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'email' | 'password';
  readonly autoComplete: string;
  readonly inputMode?: 'numeric';
  readonly autoFocus?: boolean;
  readonly children?: React.ReactNode;
}

export function TextField({ label, value, onChange, children, type = 'text', ...rest }: FieldProps) {
  const id = useId();
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      <div className="field">
        <input id={id} type={type} required value={value} onChange={({ target }) => onChange(target.value)} {...rest} />
        {children}
      </div>
    </div>
  );
}

export function PasswordField(props: Omit<FieldProps, 'type' | 'children'>) {
  const { t } = useTranslation();
  const [isShown, setShown] = useState(false);
  return (
    <TextField {...props} type={isShown ? 'text' : 'password'}>
      <button type="button" className="btn ghost sm" aria-pressed={isShown} onClick={() => setShown(!isShown)}>
        {t(isShown ? 'signIn.hide' : 'signIn.show')}
      </button>
    </TextField>
  );
}
