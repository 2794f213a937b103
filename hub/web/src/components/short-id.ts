/** What people say of an id: `C12` of `QATAR-C12` in QATAR-001. */
export function shortId(id: string, projectId: string): string {
  if (id === projectId) return id;
  const place = placeOf(projectId);
  return id.startsWith(place) ? id.slice(place.length) : id;
}

/** The id that somebody means by a short one: `QATAR-C12` by `c12`. */
export const fullId = (short: string, projectId: string): string => `${placeOf(projectId)}${short.toUpperCase()}`;

/** The container of a miner, by the miner's id: `QATAR-C12` of `QATAR-C12-M034`. */
export const containerOfMiner = (minerId: string): string => minerId.replace(/-M\d+$/, '');

const placeOf = (projectId: string): string => `${projectId.replace(/-\d+$/, '')}-`;
