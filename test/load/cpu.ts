/** Does something and tells how much CPU time this process took meanwhile (user and system, all threads), in µs. */
export async function cpuOf<T>(work: () => Promise<T>): Promise<{ result: T; cpuUs: number }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, cpuUs: user + system };
}
