import { describe, expect, it } from 'vitest';
import { isShownOnWall, pageAfter, pagesOf, wallSearch } from './search.ts';

describe('the address', () => {
  it('says nothing of the rest where there is no wall', () => {
    expect(wallSearch({ rotate: '/', every: 10 })).toEqual({});
    expect(wallSearch({ wall: 0 })).toEqual({});
  });

  it.each([
    [{ wall: 1 }, { wall: 1 }],
    [
      { wall: '1', rotate: '/,/projects/qatar-001', every: '45' },
      { wall: 1, rotate: '/,/projects/qatar-001', every: 45 },
    ],
    [
      { wall: 1, every: 1 },
      { wall: 1, every: 5 },
    ],
    [{ wall: 1, every: 'often' }, { wall: 1 }],
    [{ wall: 1, rotate: 'https://elsewhere.example' }, { wall: 1 }],
  ])('%j means %j', (said, meant) => {
    expect(wallSearch(said)).toEqual(meant);
  });
});

it('pages are those that a wall can show, of this hub', () => {
  expect(
    pagesOf(' /, /projects/QATAR-001?fill=supply ,/admin,//evil.example,/projects/A-001/containers/A-C01,x'),
  ).toEqual(['/', '/projects/QATAR-001?fill=supply', '/projects/A-001/containers/A-C01']);
  expect([isShownOnWall('/alerts'), isShownOnWall('/projects/QATAR-001/fleet')]).toEqual([false, false]);
});

describe('going round', () => {
  const PAGES = ['/', '/projects/qatar-001?fill=supply', '/projects/qatar-001/containers/qatar-c14'];

  it('goes on from where it is, whatever the letters, and begins anew', () => {
    expect(pageAfter(PAGES, '/')).toBe(PAGES[1]);
    expect(pageAfter(PAGES, '/projects/QATAR-001')).toBe(PAGES[2]);
    expect(pageAfter(PAGES, '/projects/QATAR-001/containers/QATAR-C14')).toBe('/');
  });

  it('comes back from elsewhere', () => {
    expect(pageAfter(PAGES, '/projects/QATAR-001/containers/QATAR-C02')).toBe('/');
  });

  it('stays where there is nowhere else', () => {
    expect(pageAfter(['/'], '/')).toBeNull();
    expect(pageAfter([], '/')).toBeNull();
  });
});
