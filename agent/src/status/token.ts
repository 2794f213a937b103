import { join } from 'node:path';

/** The token (mode 0600) that whoever may read the data folder shows to change something of the running agent. */
export const tokenPath = (dataFolder: string): string => join(dataFolder, 'local-token');
