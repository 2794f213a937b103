import { buildDashboard } from './dashboard.ts';

/** For all files of whole-system tests, before any of them starts a hub: two at once must not build into one folder. */
export default buildDashboard;
