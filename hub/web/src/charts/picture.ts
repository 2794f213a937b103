import { saveFile } from '../components/save-file.ts';

/** What a drawing takes from the page's styles; it has to be written into it before it stands alone. */
const STYLES = [
  ...['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'color', 'opacity'],
  ...['font-family', 'font-size', 'font-weight', 'shape-rendering'],
];
/** Twice as fine, for print. */
const SCALE = 2;

/**
 * Saves a drawing as it is seen, with the colours of the theme, as a PNG. Lines and areas go through an image, in which the
 * page's own fonts are not to be had; texts are written on top of it, in theirs.
 */
export async function savePicture(svg: SVGSVGElement, name: string): Promise<void> {
  const { width, height } = svg.getBoundingClientRect();
  const source = new XMLSerializer().serializeToString(styledCopy(svg, width, height));
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([source], { type: 'image/svg+xml' }));
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width * SCALE, height * SCALE];
  const context = canvas.getContext('2d');
  if (context === null) return;
  const card = svg.closest('.card');
  context.fillStyle = card === null ? 'white' : getComputedStyle(card).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  writeTexts(context, svg);
  canvas.toBlob((blob) => {
    if (blob !== null) saveFile(blob, name);
  });
}

function styledCopy(svg: SVGSVGElement, width: number, height: number): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const copies = copy.querySelectorAll<SVGElement>('*');
  svg.querySelectorAll('*').forEach((element, i) => {
    const computed = getComputedStyle(element);
    // As attributes: the page's policy forbids styles written into markup.
    copies[i]?.removeAttribute('style');
    for (const name of STYLES) copies[i]?.setAttribute(name, computed.getPropertyValue(name));
  });
  for (const text of copy.querySelectorAll('text')) text.remove();
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  return copy;
}

/** Each run of letters where it stands in the drawing: begun by its own element, with that one's font and colour. */
function writeTexts(context: CanvasRenderingContext2D, svg: SVGSVGElement): void {
  const toDrawing = svg.getScreenCTM()?.inverse();
  context.textBaseline = 'alphabetic';
  for (const text of svg.querySelectorAll('text')) {
    const transform = text.getScreenCTM();
    if (toDrawing === undefined || transform === null) continue;
    const { a, b, c, d, e, f } = toDrawing.multiply(transform);
    context.setTransform(a * SCALE, b * SCALE, c * SCALE, d * SCALE, e * SCALE, f * SCALE);
    const runs = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    let first = 0;
    for (let run = runs.nextNode(); run !== null; run = runs.nextNode()) {
      const letters = run.textContent ?? '';
      const { parentElement: element } = run;
      if (letters === '' || element === null || first >= text.getNumberOfChars()) continue;
      const { font, fill, opacity, letterSpacing } = getComputedStyle(element);
      const { x, y } = text.getStartPositionOfChar(first);
      Object.assign(context, { font, fillStyle: fill, globalAlpha: Number(opacity), letterSpacing });
      context.fillText(letters, x, y);
      first += letters.length;
    }
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 1;
}
