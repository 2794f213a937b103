/** A person by the first letters of the name; the name stands beside it. */
export function Avatar({ name, small = false }: { name: string; small?: boolean }) {
  return (
    <span className={small ? 'avatar s' : 'avatar'} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}

function initialsOf(name: string): string {
  const words = name.split(/[\s@._]+/).map((word) => word[0] ?? '');
  return words.slice(0, 2).join('').toUpperCase();
}
