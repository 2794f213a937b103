import { alerts } from './alerts.ts';
import { charts } from './charts.ts';
import { common } from './common.ts';
import { container } from './container.ts';
import { fleet } from './fleet.ts';
import { overview } from './overview.ts';
import { problems } from './problems.ts';
import { project } from './project.ts';
import { shell } from './shell.ts';
import { signIn } from './signIn.ts';
import { wall } from './wall.ts';

export const en = { alerts, charts, common, container, fleet, overview, problems, project, shell, signIn, wall };
