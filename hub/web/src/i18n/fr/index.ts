import { charts } from './charts.ts';
import { common } from './common.ts';
import { container } from './container.ts';
import { overview } from './overview.ts';
import { problems } from './problems.ts';
import { shell } from './shell.ts';
import { signIn } from './signIn.ts';

export const fr = { charts, common, container, overview, problems, shell, signIn };
