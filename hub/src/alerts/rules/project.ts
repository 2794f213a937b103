import { say } from '../../http/language/bilingual.ts';
import type { AlertRule } from '../rule.ts';
import { rule } from './define.ts';

/** Rules of a project as a whole, and of what is counted or compared for it; judged by the clock. */
export const PROJECT_RULES: readonly AlertRule[] = [
  rule({
    id: 'power_over_limit',
    target: 'project',
    // By how much the sum of power is above `target_power_mw`; full load stands on it.
    reading: 'power_over_limit_pct',
    when: 'above',
    unit: '%',
    raise: 1,
    clear: 0.5,
    byClock: true,
    severity: 'warning',
    holdS: 900,
    name: say('Power over the limit', 'Puissance au-dessus de la limite'),
    says: say('power over the limit[ by {value} {unit}]', 'puissance au-dessus de la limite[ de {value} {unit}]'),
    runbook: say(
      'Find the containers above their usual power and put miners to sleep until the sum is back below the limit. Is the limit in the project still the contract?',
      "Chercher les conteneurs au-dessus de leur puissance habituelle et mettre des mineurs en veille jusqu'au retour sous la limite. La limite du projet est-elle encore celle du contrat ?",
    ),
  }),
  rule({
    id: 'efficiency_drift',
    target: 'project',
    // J/TH of seven days against the seven before.
    reading: 'efficiency_drift_pct',
    when: 'above',
    unit: '%',
    raise: 3,
    clear: 2,
    byClock: true,
    severity: 'warning',
    holdS: 0,
    keepS: 3600,
    name: say('Efficiency gets worse', "L'efficacité se dégrade"),
    says: say(
      '[{value} {unit} ]more energy per hash than the week before',
      "[{value} {unit} ]d'énergie de plus par hachage que la semaine précédente",
    ),
    runbook: say(
      'Compare containers by J/TH over the two weeks: warmer water, other profiles, ageing boards, or a meter that has changed.',
      'Comparer les conteneurs en J/TH sur les deux semaines : eau plus chaude, autres profils, cartes qui vieillissent, ou compteur changé.',
    ),
  }),
  rule({
    id: 'quarantine_not_empty',
    target: 'project',
    reading: 'quarantined',
    when: 'above',
    raise: 0,
    byClock: true,
    severity: 'warning',
    holdS: 300,
    name: say('Readings in quarantine', 'Relevés en quarantaine'),
    says: say('readings in quarantine[: {value}]', 'relevés en quarantaine[ : {value}]'),
    runbook: say(
      'They were kept and not believed. The reason stands beside each: release what is good, close the rest.',
      'Ils ont été gardés sans être crus. La raison est à côté de chacun : libérer ce qui est bon, clore le reste.',
    ),
  }),
  rule({
    id: 'unknown_device',
    target: 'project',
    reading: 'unknown_devices',
    when: 'above',
    raise: 0,
    byClock: true,
    severity: 'warning',
    holdS: 300,
    name: say('Unknown device', 'Appareil inconnu'),
    says: say('devices that nobody knows[: {value}]', 'appareils que personne ne connaît[ : {value}]'),
    runbook: say(
      'Something answers in the network of the site that stands in no site file, or answers at the address of a miner and is none that the agent knows. A new miner: add it. Otherwise find out who plugged it in; `hearst-agent read ADDRESS` shows what it says.',
      "Quelque chose répond dans le réseau du site sans figurer dans un fichier du site, ou répond à l'adresse d'un mineur sans être connu de l'agent. Un nouveau mineur : l'ajouter. Sinon chercher qui l'a branché ; `hearst-agent read ADRESSE` montre ce qu'il dit.",
    ),
  }),
  rule({
    id: 'miner_changed',
    target: 'miner',
    reading: 'hardware_changed',
    when: 'is',
    byClock: true,
    severity: 'info',
    holdS: 0,
    keepS: 86_400,
    name: say('Miner changed', 'Mineur changé'),
    says: say('another serial number or firmware', 'autre numéro de série ou micrologiciel'),
    runbook: say(
      'Nothing to do if it was swapped or updated on purpose. If nobody did, look at it: a miner that was exchanged, or firmware from somewhere else.',
      "Rien à faire s'il a été remplacé ou mis à jour volontairement. Sinon, le regarder : mineur échangé, ou micrologiciel venu d'ailleurs.",
    ),
  }),
  rule({
    id: 'maintenance_due',
    // Or the transformer or miner that the plan is about: the condition names it.
    target: 'container',
    reading: 'maintenance_due',
    when: 'is',
    byClock: true,
    severity: 'info',
    holdS: 0,
    keepS: 0,
    name: say('Maintenance due', 'Entretien à faire'),
    says: say('maintenance is due', 'entretien à faire'),
    runbook: say(
      'The plan says what is to be done. Write down when it was done: the next time counts from there.',
      "Le plan dit ce qu'il y a à faire. Noter quand c'est fait : la prochaine échéance compte à partir de là.",
    ),
  }),
];
