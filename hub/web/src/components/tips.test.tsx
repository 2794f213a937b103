// @vitest-environment happy-dom
import { beforeAll, expect, it } from 'vitest';
import { showTips } from './tips.ts';

beforeAll(() => showTips(document));

const happens = (target: Element, type: string): void => {
  target.dispatchEvent(new Event(type, { bubbles: true }));
};

it('a tip is there while the pointer is over the element, as new as it is', () => {
  document.body.innerHTML =
    '<button data-tip="" aria-label="C12, 99.8 %"><i></i></button><p data-tip="mean of row 4"></p>';
  const [button, inner, other] = ['button', 'i', 'p'].map((tag) => document.querySelector(tag)!);
  happens(inner!, 'pointerover');
  expect(button!.getAttribute('title')).toBe('C12, 99.8 %');
  happens(inner!, 'pointerout');
  expect(button!.hasAttribute('title')).toBe(false);
  button!.setAttribute('aria-label', 'C12, 99.9 %');
  happens(button!, 'pointerover');
  expect(button!.getAttribute('title')).toBe('C12, 99.9 %');
  happens(other!, 'pointerover');
  expect(other!.getAttribute('title')).toBe('mean of row 4');
});

it('what has no tip of this kind keeps its own', () => {
  document.body.innerHTML = '<a title="Active">C12</a>';
  const link = document.querySelector('a')!;
  happens(link, 'pointerover');
  happens(link, 'pointerout');
  expect(link.title).toBe('Active');
});
