import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useMedia } from '../../components/use-media.ts';
import { currentTheme, onTheme } from '../../theme.ts';
import { type Colours, coloursIn, INKS, PAINTS, SWATCHES } from './colours.ts';
import { drawFleet, type Picture } from './draw.ts';

/** Under this name the browser's own measurements hold how long each drawing took. */
const MEASURED = 'fleet-draw';

/** The picture itself, drawn anew where anything of it changes, theme and fonts included. */
export function FleetCanvas({ picture }: { picture: Omit<Picture, 'colours'> }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const probe = useRef<HTMLSpanElement>(null);
  const colours = useColours(probe);
  const { size, pixelRatio, plan, painting, camera } = picture;
  useLayoutEffect(() => {
    const pen = canvas.current?.getContext('2d', { alpha: false });
    if (pen == null || colours === null) return;
    const from = performance.now();
    drawFleet(pen, { size, pixelRatio, plan, painting, camera, colours });
    performance.clearMeasures(MEASURED);
    performance.measure(MEASURED, { start: from, end: performance.now() });
    // Setting the size clears the canvas, so it is drawn again in the same effect.
  }, [size, pixelRatio, plan, painting, camera, colours]);
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
      <canvas
        ref={canvas}
        width={Math.round(size.width * pixelRatio)}
        height={Math.round(size.height * pixelRatio)}
        style={{ inlineSize: size.width, blockSize: size.height }}
      />
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
