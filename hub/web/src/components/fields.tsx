import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.tsx';

/** Several lines of text. */
export function TextArea({
  label,
  value,
  isRequired = false,
  max = 2000,
  onChange,
}: {
  label: string;
  value: string;
  isRequired?: boolean;
  max?: number;
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="area"
        rows={3}
        required={isRequired}
        maxLength={max}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </div>
  );
}

/** One line; others may be offered for it. */
export function Suggested({
  label,
  value,
  suggestions = NONE,
  max = 200,
  onChange,
}: {
  label: string;
  value: string;
  suggestions?: readonly string[];
  max?: number;
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      <div className="field">
        <input
          id={id}
          type="text"
          autoComplete="off"
          list={`${id}-list`}
          maxLength={max}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      </div>
      <datalist id={`${id}-list`}>
        {suggestions.map((suggestion) => (
          <option key={suggestion} value={suggestion} />
        ))}
      </datalist>
    </div>
  );
}

const NONE: readonly string[] = [];

/** One of few, all of them to be seen. */
export function Choice<Value extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: readonly { readonly value: Value; readonly label: string }[];
  value: Value;
  onChange: (value: Value) => void;
}) {
  const name = useId();
  return (
    <fieldset className="choices">
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

interface LineProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What is wrong with it, or else what is to be known of it. */
  readonly message?: string | undefined;
  readonly hint?: string | undefined;
  readonly type?: 'text' | 'email' | 'password' | 'time' | 'date';
  readonly max?: number;
  readonly isRequired?: boolean;
  readonly autoComplete?: string;
  readonly autoFocus?: boolean;
  readonly inputMode?: 'numeric' | 'decimal';
  readonly unit?: string | null;
  readonly className?: string;
  /** Within the field, after what is written. */
  readonly children?: React.ReactNode;
}

/** One line of text, with what is wrong with it. */
export function Line({
  label,
  value,
  onChange,
  message,
  hint,
  type = 'text',
  max = 200,
  isRequired = false,
  autoComplete = 'off',
  unit = null,
  className = '',
  children,
  ...rest
}: LineProps) {
  const id = useId();
  return (
    <div className={`labelled ${className}`}>
      <label htmlFor={id}>{label}</label>
      <div className={message === undefined ? 'field' : 'field bad'}>
        <input
          id={id}
          type={type}
          required={isRequired}
          maxLength={max}
          autoComplete={autoComplete}
          value={value}
          aria-invalid={message !== undefined}
          aria-describedby={`${id}-m`}
          onChange={({ target }) => onChange(target.value)}
          {...rest}
        />
        {unit !== null && <span className="u">{unit}</span>}
        {children}
      </div>
      <span id={`${id}-m`} className="small t2">
        {message ?? hint}
      </span>
    </div>
  );
}

/** A line that nobody beside is to read; it can be shown. */
export function SecretField(props: Omit<LineProps, 'type' | 'children'>) {
  const { t } = useTranslation();
  const [isShown, setShown] = useState(false);
  return (
    <Line max={1000} {...props} type={isShown ? 'text' : 'password'}>
      <button
        type="button"
        className="btn ghost sm icon"
        aria-label={t('signIn.show')}
        title={t('signIn.show')}
        aria-pressed={isShown}
        onClick={() => setShown(!isShown)}
      >
        <Icon name={isShown ? 'hidden' : 'eye'} small />
      </button>
    </Line>
  );
}

/** One of many, named above it. */
export function Picked<Value extends string>({
  label,
  value,
  options,
  hint,
  isDisabled = false,
  onChange,
}: {
  label: string;
  value: Value;
  options: readonly { readonly value: Value; readonly label: string }[];
  hint?: string | undefined;
  isDisabled?: boolean;
  onChange: (value: Value) => void;
}) {
  const id = useId();
  return (
    <div className="labelled">
      <label htmlFor={id}>{label}</label>
      <div className="field">
        <select
          id={id}
          value={value}
          disabled={isDisabled}
          aria-describedby={`${id}-m`}
          onChange={({ target }) => onChange(target.value as Value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      </div>
      <span id={`${id}-m`} className="small t2">
        {hint}
      </span>
    </div>
  );
}

/** As many of several as one likes, all of them to be seen. */
export function Choices<Value extends string>({
  label,
  options,
  value,
  message,
  onChange,
}: {
  label: string;
  options: readonly { readonly value: Value; readonly label: string }[];
  value: readonly Value[];
  message?: string | undefined;
  onChange: (value: readonly Value[]) => void;
}) {
  return (
    <fieldset className="choices">
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="checkbox"
            checked={value.includes(option.value)}
            onChange={({ target }) =>
              onChange(target.checked ? [...value, option.value] : value.filter((each) => each !== option.value))
            }
          />
          {option.label}
        </label>
      ))}
      {message !== undefined && <span className="small t2">{message}</span>}
    </fieldset>
  );
}

/** Something that is so or not. */
export function Switch({ label, isOn, onChange }: { label: string; isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <label className="check">
      <input type="checkbox" checked={isOn} onChange={({ target }) => onChange(target.checked)} />
      {label}
    </label>
  );
}
