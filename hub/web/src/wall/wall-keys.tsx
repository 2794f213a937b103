import { useRouter } from '@tanstack/react-router';
import { useKeys } from '../components/keys.ts';
import { isShownOnWall } from './search.ts';
import { usePath, useWallSearch } from './use-wall.ts';

/** `w` makes a wall of the page and back, `f` fills the screen, Esc leaves the wall. */
export function WallKeys() {
  const isWall = useWallSearch().wall === 1;
  const path = usePath();
  const { history } = useRouter();
  const change = (to: boolean): void => {
    const search = new URLSearchParams(isShownOnWall(path) ? location.search : '');
    for (const name of ['wall', 'rotate', 'every']) search.delete(name);
    if (to) search.set('wall', '1');
    const text = search.size === 0 ? '' : `?${search}`;
    history.replace(`${isShownOnWall(path) ? path : '/'}${text}`);
  };
  const toggle = (): void => change(!isWall);
  const leave = (): void => change(false);
  useKeys({ w: toggle, f: toggleFullScreen, ...(isWall ? { Escape: leave } : {}) });
  return null;
}

function toggleFullScreen(): void {
  const done =
    document.fullscreenElement === null ? document.documentElement.requestFullscreen?.() : document.exitFullscreen();
  // A browser that refuses says so itself.
  done?.catch(() => {});
}
