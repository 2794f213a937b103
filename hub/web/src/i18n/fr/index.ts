import { account } from './account.ts';
import { admin } from './admin.ts';
import { alerts } from './alerts.ts';
import { channels } from './channels.ts';
import { charts } from './charts.ts';
import { common } from './common.ts';
import { container } from './container.ts';
import { overview } from './overview.ts';
import { problems } from './problems.ts';
import { project } from './project.ts';
import { rules } from './rules.ts';
import { shell } from './shell.ts';
import { signIn } from './signIn.ts';

export const fr = {
  account,
  admin,
  alerts,
  channels,
  charts,
  common,
  container,
  overview,
  problems,
  project,
  rules,
  shell,
  signIn,
};
