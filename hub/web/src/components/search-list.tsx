import { useId, useState } from 'react';
import { Icon } from './icon.tsx';

interface Option {
  readonly key: string;
  readonly name: string;
  readonly note: string;
}

/** A field to type in and what was found below it: arrow keys and Enter, or a click, choose one. */
export function SearchList<Found extends Option>({
  label,
  listLabel = label,
  text,
  options,
  onText,
  onChoose,
}: {
  label: string;
  listLabel?: string;
  text: string;
  options: readonly Found[];
  onText: (text: string) => void;
  onChoose: (option: Found) => void;
}) {
  const list = useId();
  const [wantedAt, setAt] = useState(0);
  const at = Math.min(wantedAt, options.length - 1);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = options[at];
    if (step !== undefined) setAt(Math.max(0, Math.min(options.length - 1, at + step)));
    else if (event.key === 'Enter' && chosen !== undefined) onChoose(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="field">
        <Icon name="search" />
        <input
          // biome-ignore lint/a11y/noAutofocus: it was opened to type
          autoFocus
          role="combobox"
          aria-expanded={options.length > 0}
          aria-controls={list}
          aria-activedescendant={options.length > 0 ? `${list}-${at}` : undefined}
          aria-label={label}
          placeholder={label}
          value={text}
          maxLength={100}
          onChange={({ target }) => {
            onText(target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id={list} role="listbox" aria-label={listLabel} className="hits">
        {options.map((option, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are taken by the field that has the focus
          <div
            key={option.key}
            id={`${list}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            ref={i === at ? keepInView : undefined}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onChoose(option)}
          >
            <b>{option.name}</b>
            <span className="t2">{option.note}</span>
          </div>
        ))}
      </div>
    </>
  );
}

function keepInView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}
