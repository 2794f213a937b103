import { say } from '../../http/language/bilingual.ts';
import type { AlertRule } from '../rule.ts';
import { rule } from './define.ts';

/** Rules that belong to no project; judged by the clock. The price is watched once bounds of one's own are set. */
export const GLOBAL_RULES: readonly AlertRule[] = [
  rule({
    id: 'bitcoin_price_low',
    alertType: 'bitcoin_price',
    target: 'global',
    reading: 'bitcoin_price_usd',
    when: 'below',
    unit: 'USD',
    raise: 50_000,
    clear: 52_000,
    byClock: true,
    enabled: false,
    severity: 'warning',
    holdS: 600,
    keepS: 3600,
    name: say('Bitcoin price low', 'Cours du bitcoin bas'),
    says: say(
      'bitcoin low[ at {value} {unit}][ (bound {threshold})]',
      'bitcoin bas[ à {value} {unit}][ (borne {threshold})]',
    ),
    runbook: say(
      'Compare the cost of a hash at each project with what it earns now, dearest electricity first.',
      "Comparer pour chaque projet le coût d'un hachage avec ce qu'il rapporte maintenant, l'électricité la plus chère d'abord.",
    ),
  }),
  rule({
    id: 'bitcoin_price_high',
    alertType: 'bitcoin_price',
    target: 'global',
    reading: 'bitcoin_price_usd',
    when: 'above',
    unit: 'USD',
    raise: 150_000,
    clear: 147_000,
    byClock: true,
    enabled: false,
    severity: 'info',
    holdS: 600,
    keepS: 3600,
    name: say('Bitcoin price high', 'Cours du bitcoin haut'),
    says: say(
      'bitcoin high[ at {value} {unit}][ (bound {threshold})]',
      'bitcoin haut[ à {value} {unit}][ (borne {threshold})]',
    ),
    runbook: say(
      'Every terahash counts: see what stands still and could run.',
      "Chaque térahash compte : voir ce qui est à l'arrêt et pourrait tourner.",
    ),
  }),
  rule({
    id: 'hub_certificate_expiring',
    alertType: 'certificate_expiring',
    target: 'global',
    reading: 'certificate_days_left',
    when: 'below',
    unit: 'd',
    raise: 21,
    byClock: true,
    severity: 'critical',
    holdS: 0,
    name: say('Certificate of the hub expires', 'Le certificat du centre expire'),
    says: say(
      'certificate of the hub expires[ in {value} days]',
      'le certificat du centre expire[ dans {value} jours]',
    ),
    runbook: say(
      'When it ends no agent and no browser can connect. Put the new certificate in place and restart the hub.',
      'À son échéance ni agent ni navigateur ne pourra se connecter. Mettre le nouveau certificat en place et redémarrer le centre.',
    ),
  }),
];
