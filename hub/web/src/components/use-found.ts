import { useEffect, useState } from 'react';
import { useDebounced } from './use-debounced.ts';

const TYPING_MS = 250;

/** What somebody types to find something: shown at once, told once the typing stops. */
export function useFound(kept: string | undefined, onFound: (text: string) => void) {
  const [text, setText] = useState(kept ?? '');
  const settled = useDebounced(text.trim(), TYPING_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when the text changes, not when the listener does
  useEffect(() => {
    if (settled !== (kept ?? '')) onFound(settled);
  }, [settled]);
  return [text, setText] as const;
}
