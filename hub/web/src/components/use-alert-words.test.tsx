// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import { type AlertRule, rulesQuery } from '../api/alert-rules.ts';
import type { Alert } from '../api/alerts.ts';
import { startLanguages } from '../i18n/index.ts';
import { useAlertWords } from './use-alert-words.ts';

const ALERT = {
  rule_id: 'pump_stopped',
  target_type: 'container',
  target_id: 'QATAR-C14',
  target_name: null,
  message: 'QATAR-C14: pump stopped, 308 miners, 146 PH/s, 1.7 % of the project',
  impact: { miners: 308, hashrate_ths: 145_684, share_of_project_pct: 1.724 },
} as unknown as Alert;

it("an alert is told in the reader's language, with what it costs", async () => {
  await startLanguages('fr');
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  queries.setQueryData(rulesQuery().queryKey, new Map([['pump_stopped', { name: 'Pompe arrêtée' } as AlertRule]]));
  const { result } = renderHook(useAlertWords, {
    wrapper: ({ children }) => <QueryClientProvider client={queries}>{children}</QueryClientProvider>,
  });
  expect(spaced(result.current.all(ALERT))).toBe('QATAR-C14 pompe arrêtée, 308 mineurs, 146 PH/s, 1,7 % du projet');
  expect(spaced(result.current.here(ALERT))).toBe('pompe arrêtée, 308 mineurs, 146 PH/s, 1,7 % du projet');
  // What no rule tells is told as the hub stored it, costs and all.
  expect(result.current.all({ ...ALERT, rule_id: 'gone' })).toBe(ALERT.message);
});

/** With plain spaces for thin and unbreakable ones. */
const spaced = (text: string): string => text.replaceAll(/\s/gu, ' ');
