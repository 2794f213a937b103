import type { Check } from '../check.ts';
import { BUFFER_CHECKS } from './buffer.ts';
import { COLLECTION_CHECKS } from './collection.ts';
import { CONFIG_CHECKS } from './configuration.ts';
import { HUB_CHECKS } from './hub.ts';
import { INVENTORY_CHECKS } from './inventory.ts';
import { NETWORK_CHECKS } from './network.ts';
import { SERVICE_CHECKS } from './service.ts';
import { SYSTEM_CHECKS } from './system.ts';

/** Every check there is. */
export const CHECKS: readonly Check[] = [
  ...SYSTEM_CHECKS,
  ...SERVICE_CHECKS,
  ...CONFIG_CHECKS,
  ...NETWORK_CHECKS,
  ...HUB_CHECKS,
  ...COLLECTION_CHECKS,
  ...BUFFER_CHECKS,
  ...INVENTORY_CHECKS,
];
