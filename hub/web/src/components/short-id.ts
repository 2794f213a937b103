/** What people say of an id: `C12` of `QATAR-C12` in QATAR-001. */
export function shortId(id: string, projectId: string): string {
  const place = `${projectId.replace(/-\d+$/, '')}-`;
  return id.startsWith(place) ? id.slice(place.length) : id;
}
