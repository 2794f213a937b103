/** A card that scrolls sideways where its table is wider than the screen: by keys too, so it takes the focus. */
export function ScrollingCard(props: ({ label: string } | { labelledBy: string }) & { children: React.ReactNode }) {
  const named = 'label' in props ? { 'aria-label': props.label } : { 'aria-labelledby': props.labelledBy };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls and holds nothing to focus could not be read by keys
    <section className="card scrolls" tabIndex={0} {...named}>
      {props.children}
    </section>
  );
}
