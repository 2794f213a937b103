import { agents } from './agents.ts';
import { alerts } from './alerts.ts';
import { charts } from './charts.ts';
import { common } from './common.ts';
import { compare } from './compare.ts';
import { container } from './container.ts';
import { miner } from './miner.ts';
import { overview } from './overview.ts';
import { problems } from './problems.ts';
import { project } from './project.ts';
import { quality } from './quality.ts';
import { reports } from './reports.ts';
import { shell } from './shell.ts';
import { signIn } from './signIn.ts';

export const fr = {
  agents,
  alerts,
  charts,
  common,
  compare,
  container,
  miner,
  overview,
  problems,
  project,
  quality,
  reports,
  shell,
  signIn,
};
