import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildDashboard } from '../../test/harness/dashboard.ts';
import { stageHub } from './stage.ts';

/**
 * What the image of the hub holds: dashboard built, program bundled, and the Node that runs this beside it.
 *
 *     node bootstrap.cjs image FOLDER
 */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('node bootstrap.cjs image FOLDER');
buildDashboard();
const app = resolve(folder);
await stageHub(app, { ownPostgres: false });
mkdirSync(join(app, 'bin'), { recursive: true });
copyFileSync(process.execPath, join(app, 'bin', 'node'));
chmodSync(join(app, 'bin', 'node'), 0o755);
