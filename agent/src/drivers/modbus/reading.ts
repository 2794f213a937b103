import type { Values } from '@hearst/protocol';
import type { ModbusReading } from '../driver.ts';
import { type RegisterReading, valuesOf } from './decode.ts';
import type { Profile } from './register.ts';

/** What a device's registers come to. */
export function readingOf(profile: Profile, registers: readonly RegisterReading[]): ModbusReading {
  const { values, implausible } = valuesOf(registers);
  if (profile.of === 'meter') addApparentPower(values);
  return { values, implausible, definition: profile.id };
}

/** Load is told in kVA: a meter without it that knows both other powers has it all the same. */
function addApparentPower(values: Values): void {
  const { active_power_kw: kw, reactive_power_kvar: kvar } = values;
  if (values.apparent_power_kva !== undefined || kw === undefined || kvar === undefined) return;
  values.apparent_power_kva = kw === null || kvar === null ? null : Number(Math.hypot(kw, kvar).toPrecision(6));
}
