import { Icon } from './icon.tsx';
import { useFound } from './use-found.ts';

/** Where one types to find something in a list. */
export function Finder({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (text: string) => void;
}) {
  const [text, setText] = useFound(value, onChange);
  return (
    <label className="field wide">
      <Icon name="search" />
      <span className="sr">{label}</span>
      <input
        type="search"
        placeholder={label}
        maxLength={100}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  );
}
