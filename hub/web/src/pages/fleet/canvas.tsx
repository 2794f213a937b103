import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useMedia } from '../../components/use-media.ts';
import { currentTheme, onTheme } from '../../theme.ts';
import { Bitmap } from './bitmap.ts';
import { drawCells, type Sight } from './cells.ts';
import { type Colours, coloursIn, INKS, PAINTS, SWATCHES } from './colours.ts';
import { drawHatches, drawNames } from './overlay.ts';
import type { Painting } from './painting.ts';

/** Under this name the browser's own measurements hold how long each drawing took. */
const MEASURED = 'fleet-draw';

/** The picture itself, drawn anew where anything of it changes, theme and fonts included. */
export function FleetCanvas({ sight, painting }: { sight: Sight; painting: Painting }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const colours = useColours(probe);
  const { plan, camera, size, pixelRatio } = sight;
  const [width, height] = [Math.round(size.width * pixelRatio), Math.round(size.height * pixelRatio)];
  const bitmap = useMemo(() => new Bitmap(width, height), [width, height]);
  useLayoutEffect(() => {
    const pen = canvas.current?.getContext('2d', { alpha: false, willReadFrequently: true });
    if (pen == null || colours === null || width === 0 || height === 0) return;
    const from = performance.now();
    const seen = { plan, camera, size, pixelRatio };
    drawCells(bitmap, seen, painting, colours.inks);
    pen.putImageData(new ImageData(bitmap.bytes(), width, height), 0, 0);
    drawHatches(pen, seen, colours);
    drawNames(pen, seen, colours);
    performance.clearMeasures(MEASURED);
    performance.measure(MEASURED, { start: from, end: performance.now() });
  }, [plan, camera, size, pixelRatio, painting, colours, bitmap, width, height]);
  return (
    <>
      <span ref={probe} className="fleet-probe" aria-hidden="true">
        {SWATCHES.map((swatch) => (
          <i
            key={swatch}
            data-swatch={swatch}
            {...(isPaint(swatch) ? { 'data-paint': swatch } : { 'data-miner': swatch })}
          />
        ))}
        {INKS.map((ink) => (
          <i key={ink} data-ink={ink} />
        ))}
      </span>
      <canvas ref={canvas} width={width} height={height} style={{ inlineSize: size.width, blockSize: size.height }} />
    </>
  );
}

const isPaint = (swatch: string): boolean => PAINTS.some((paint) => paint === swatch);

function useColours(probe: React.RefObject<Element | null>): Colours | null {
  const theme = useSyncExternalStore(onTheme, currentTheme);
  const isDark = useMedia('(prefers-color-scheme: dark)');
  const [fonts, setFonts] = useState(0);
  const [colours, setColours] = useState<Colours | null>(null);
  useEffect(() => {
    void document.fonts?.ready.then(() => setFonts(1));
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the styles say changes with these
  useLayoutEffect(() => {
    if (probe.current !== null) setColours(coloursIn(probe.current));
  }, [probe, theme, isDark, fonts]);
  return colours;
}
