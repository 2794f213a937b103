import { useEffect, useRef } from 'react';

/** What a key does: `a`, `Escape`, or two after one another, `g a`. */
export type KeyActions = Readonly<Record<string, () => void>>;

/** The second key of two has to come within. */
const PAIR_MS = 1_500;

/** Which action a key press means. What was put on last is asked first; the first key of a pair waits for the second. */
export class Keys {
  readonly #layers: (() => KeyActions)[] = [];
  #first: { readonly key: string; readonly at: number } | undefined;

  add(layer: () => KeyActions): () => void {
    this.#layers.unshift(layer);
    return () => {
      this.#layers.splice(this.#layers.indexOf(layer), 1);
    };
  }

  press(key: string, now: number): (() => void) | undefined {
    const first = this.#first !== undefined && now - this.#first.at < PAIR_MS ? this.#first.key : undefined;
    this.#first = undefined;
    // After the first of a pair a key has no meaning of its own: `g a` must never acknowledge.
    if (first !== undefined) return this.#actionOf(`${first} ${key}`);
    if (this.#layers.some((layer) => Object.keys(layer()).some((name) => name.startsWith(`${key} `))))
      this.#first = { key, at: now };
    return this.#actionOf(key);
  }

  #actionOf(name: string): (() => void) | undefined {
    for (const layer of this.#layers) {
      const actions = layer();
      if (Object.hasOwn(actions, name)) return actions[name];
    }
    return undefined;
  }
}

const KEPT = 'hearst.keys';
const keys = new Keys();
let listening = 0;

/** Whether single keys do something on this device; speech input and slips of the hand are why they can be turned off. */
export function singleKeys(): boolean {
  try {
    return localStorage.getItem(KEPT) !== 'off';
  } catch {
    return true;
  }
}

export function setSingleKeys(on: boolean): void {
  try {
    localStorage.setItem(KEPT, on ? 'on' : 'off');
  } catch {
    // A browser that keeps nothing keeps its shortcuts.
  }
}

/** Keys of what is on the screen. They do nothing while somebody types, nor below a dialog. */
export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const remove = keys.add(() => latest.current);
    if (listening++ === 0) addEventListener('keydown', onKey);
    return () => {
      remove();
      if (--listening === 0) removeEventListener('keydown', onKey);
    };
  }, []);
}

function onKey(event: KeyboardEvent): void {
  const { key, target } = event;
  if (event.defaultPrevented || isOthers(event) || event.isComposing) return;
  if (isTyping(target) || document.querySelector('dialog[open]') !== null) return;
  if (key.length === 1 && !singleKeys()) return;
  const act = keys.press(key, event.timeStamp);
  if (act === undefined) return;
  event.preventDefault();
  act();
}

/** With Ctrl, Cmd or Alt a key is the browser's. Many keyboards, French ones too, write brackets with AltGr or Option. */
function isOthers({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (metaKey) return true;
  return (ctrlKey || altKey) && !(altKey && (key === '[' || key === ']'));
}

const NO_TEXT = new Set(['button', 'checkbox', 'radio', 'range', 'submit']);

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !NO_TEXT.has(target.type);
  return target.isContentEditable || target.tagName === 'TEXTAREA' || target.tagName === 'SELECT';
}
