/** What an external broker is told, whichever it is. */
export interface BrokerPlan {
  /** Where the files will lie, as the broker sees it. */
  readonly folder: string;
  readonly port: number;
  /** Null: plain MQTT, and then on loopback alone. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  /** The users that hubs sign in as: one, or two while they change from one to the other. */
  readonly hubUsers: readonly string[];
  /** Hubs' and agents' logins, the password as Mosquitto keeps it. */
  readonly logins: readonly { readonly user: string; readonly password: string }[];
  /** Where the broker reaches a hub, and what it shows it. Null: no such secret is set. */
  readonly hubUrl: string;
  readonly brokerSecret: string | null;
}

export interface PlannedFile {
  readonly name: string;
  /** Rights on Unix. */
  readonly mode: number;
  readonly text: string;
}
