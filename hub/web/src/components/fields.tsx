import { useId } from 'react';

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
