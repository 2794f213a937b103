/** Prints the label alone; the stylesheet hides the rest as long as this is said. */
export function printLabel(): void {
  const { dataset } = document.documentElement;
  dataset.print = 'label';
  addEventListener('afterprint', () => delete dataset.print, { once: true });
  window.print();
}
