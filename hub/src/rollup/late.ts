import type { ClientBase } from 'pg';
import type { Mark } from '../db/queries/rollup-marks.ts';
import type { RolledProject } from './fine.ts';

export async function addLateFrames(
  client: ClientBase,
  project: RolledProject,
  late: readonly Mark[],
  horizon: number,
  now: number,
): Promise<number> {
  void client;
  void project;
  void late;
  void horizon;
  void now;
  return 0;
}
