import { account } from './account.ts';
import { admin } from './admin.ts';
import { agents } from './agents.ts';
import { alerts } from './alerts.ts';
import { channels } from './channels.ts';
import { charts } from './charts.ts';
import { common } from './common.ts';
import { compare } from './compare.ts';
import { container } from './container.ts';
import { fleet } from './fleet.ts';
import { miner } from './miner.ts';
import { overview } from './overview.ts';
import { problems } from './problems.ts';
import { project } from './project.ts';
import { quality } from './quality.ts';
import { reports } from './reports.ts';
import { rules } from './rules.ts';
import { shell } from './shell.ts';
import { signIn } from './signIn.ts';
import { wall } from './wall.ts';

export const fr = {
  account,
  admin,
  agents,
  alerts,
  channels,
  charts,
  common,
  compare,
  container,
  fleet,
  miner,
  overview,
  problems,
  project,
  quality,
  reports,
  rules,
  shell,
  signIn,
  wall,
};
