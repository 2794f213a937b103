import { expect, it } from 'vitest';
import { assetsIn, isUpdated } from './updates.ts';

const PAGE = `<!doctype html><head><link rel="icon" href="/icon.svg">
  <script type="module" crossorigin src="/assets/index-AAA.js"></script>
  <link rel="stylesheet" crossorigin href="/assets/index-BBB.css"></head>`;
const RUNNING = ['/assets/index-AAA.js', '/assets/index-BBB.css', '/assets/project-CCC.js', '/icon.svg'];

it('a page names its scripts and styles', () => {
  expect(assetsIn(PAGE)).toEqual(['/assets/index-AAA.js', '/assets/index-BBB.css']);
});

it('the same program is no update, one more file of it neither', () => {
  expect(isUpdated(PAGE, RUNNING)).toBe(false);
});

it('another script is one, and other styles are', () => {
  expect(isUpdated(PAGE.replace('AAA', 'DDD'), RUNNING)).toBe(true);
  expect(isUpdated(PAGE.replace('BBB', 'DDD'), RUNNING)).toBe(true);
});

it('an answer that is no page of ours is none', () => {
  expect(isUpdated('<h1>Bad gateway</h1>', RUNNING)).toBe(false);
});
