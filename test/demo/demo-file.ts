import type { DemoUser } from './users.ts';

/** What `demo.json` holds: everything a program needs to look at the running demo. */
export interface DemoFile {
  url: string;
  mqtt: string;
  database_url: string;
  /** Where the simulated site takes faults. */
  site: string;
  /** Of a super admin. */
  api_key: string;
  /** One per role; they sign in with e-mail and password alone. */
  users: DemoUser[];
}
