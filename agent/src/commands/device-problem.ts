import { DeviceError, type DeviceErrorCode } from '../drivers/driver.ts';
import type { Problem } from './command.ts';

/** For each way a device can fail: code, likely cause, what to do. */
export const DEVICE_ADVICE: Record<DeviceErrorCode, [code: string, cause: string, next: string]> = {
  refused: [
    'E2101',
    'the machine is on, but nothing listens on this port',
    'Check the port, and whether the miner process runs',
  ],
  unreachable: ['E2102', 'no route, or the machine is off', 'Check power, cable and switch port'],
  timeout: [
    'E2103',
    'it is off, hangs, or another program holds its only connection',
    'Look at the device, then try again',
  ],
  closed: [
    'E2104',
    "its access list may leave this server's address out",
    'Check api-allow in the miner, or the allowed addresses of the controller',
  ],
  too_large: ['E2105', 'this is hardly a miner', 'Check the address'],
  malformed: [
    'E2106',
    'a firmware with a fault that is not known yet, or another kind of device',
    'Try again; if it stays, keep the reply for support',
  ],
  access_denied: [
    'E2107',
    'its API group does not include this command',
    'Allow stats, summary, pools and version in api-groups',
  ],
  unsupported: [
    'E2108',
    'the firmware or the profile is another one than expected',
    'Check model, firmware and profile',
  ],
  device_error: ['E2109', 'the device says that it failed', 'Look at the device itself'],
  wrong_device: ['E2110', 'another unit answered than the one asked', 'Check address and unit'],
};

/** A device's failure in four parts. */
export function deviceProblem(error: DeviceError, device: string): Problem {
  const [code, cause, next] = DEVICE_ADVICE[error.code];
  const what = error.message.startsWith(device) ? error.message : `${device}: ${error.message}`;
  return { code, what, where: error.address, cause, next };
}

/** The problem for whatever a driver threw; anything but a DeviceError goes on. */
export function problemOfDevice(error: unknown, device: string): Problem {
  if (error instanceof DeviceError) return deviceProblem(error, device);
  throw error;
}
