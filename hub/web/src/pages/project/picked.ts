/** Containers chosen for comparison, as the address says them. */
export const MOST_PICKED = 6;

export const pickedOf = (text: string | undefined): readonly string[] =>
  (text ?? '').split(',').filter((id) => id !== '');

/** What the address says once one has been chosen, or no longer is; beyond six none is taken. */
export function toggled(text: string | undefined, id: string): string | undefined {
  const before = pickedOf(text);
  if (before.includes(id)) return before.filter((other) => other !== id).join(',') || undefined;
  return (before.length >= MOST_PICKED ? before : [...before, id]).join(',');
}

/** The address of what is compared: the chosen containers, or the project itself while there are none. */
export function comparedItems(projectId: string, picked: readonly string[]): string {
  if (picked.length === 0) return `project:${projectId}`;
  return picked.map((id) => `container:${projectId}/${id}`).join(',');
}
