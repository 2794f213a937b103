import type { AlertRule } from './rule.ts';
export function alertMessage(
  rule: AlertRule,
  facts: {
    targetId: string;
    value: number | null;
    threshold: number | null;
    minersAffected: number | null;
    hashrateLostThs: number | null;
    shareOfProject: number | null;
  },
  language: 'en' | 'fr',
): string {
  return `${facts.targetId}: ${rule.says[language]} ${facts.minersAffected}`;
}
