import { type Bilingual, say } from '../http/language/bilingual.ts';
import type { News } from './facts.ts';

/** What messages are made of besides the rules' own texts. */
export const WORDS = {
  critical: say('critical', 'critique'),
  warning: say('warning', 'avertissement'),
  info: say('info', 'info'),
  value: say('Value', 'Valeur'),
  threshold: say('threshold', 'seuil'),
  where: say('Where', 'Où'),
  position: say('position', 'position'),
  since: say('Since', 'Depuis'),
  occurrences: say('Occurrences', 'Occurrences'),
  who: say('Who has it', 'Pris en charge par'),
  nobody: say('nobody yet', 'personne pour l’instant'),
  resolvedBy: say('Resolved', 'Résolue'),
  byItself: say('by itself', 'd’elle-même'),
  runbook: say('What to do', 'Que faire'),
  open: say('Open the alert', 'Ouvrir l’alerte'),
  more: say('more', 'de plus'),
  unknown: say('unknown', 'inconnu'),
  repeat: say(
    'Possible repeat: it may have been delivered before.',
    'Répétition possible : il a peut-être déjà été remis.',
  ),
  maintenance: say('maintenance', 'maintenance'),
  maintenanceOver: say('maintenance is over', 'la maintenance est terminée'),
  stillOpen: say('still open', 'en cours'),
  ended: say('resolved', 'résolues'),
  from: say('From', 'De'),
  to: say('to', 'à'),
  reason: say('Reason', 'Motif'),
  test: say('test', 'test'),
  testWorks: say('this channel works', 'ce canal fonctionne'),
  testAsked: say('A test, asked for by', 'Un test, demandé par'),
  nothingToDo: say('There is nothing to do.', 'Il n’y a rien à faire.'),
} as const satisfies Record<string, Bilingual>;

/** What happened, in one word; null where the severity says it all. */
export const NEWS_WORDS: Readonly<Record<News, Bilingual | null>> = {
  opened: null,
  escalated: say('not acknowledged by anybody', 'acquittée par personne'),
  acknowledged: say('acknowledged', 'acquittée'),
  resolved: say('resolved', 'résolue'),
  reopened: say('no longer acknowledged', 'plus acquittée'),
  severity: say('severity changed', 'gravité modifiée'),
  repeated: say('still not acknowledged', 'toujours pas acquittée'),
};

/** Between a word and what it names: French sets it apart. */
export const COLON = say(': ', ' : ');
