import { type Check, well } from '../check.ts';
import { grouped, text, verbatim } from '../text.ts';

const missing: Check = {
  id: 'inventory.missing',
  group: 'inventory',
  title: text('Missing miners', 'Mineurs absents'),
  connectivity: false,
  dependsOn: ['service.running', 'site.reach'],
  holdS: 600,
  codes: {
    W3701: {
      title: text('Miners that never answered', "Des mineurs n'ont jamais répondu"),
      cause: text(
        'off, removed, or at another address than the site file says',
        'éteints, retirés, ou à une autre adresse que celle du fichier',
      ),
      next: text(
        'See which on the local page, or: hearst-agent read MINER',
        'Voir lesquels sur la page locale, ou : hearst-agent read MINEUR',
      ),
    },
  },
  run: ({ inventory }) => {
    if (inventory === null) return null;
    const count = inventory.missing.length;
    const [first] = inventory.missing;
    if (!first) return well(text('none', 'aucun'));
    const some = inventory.missing.slice(0, 2).join(', ');
    return {
      code: 'W3701',
      what: text(
        `${grouped(count)} never answered since the start: ${some}`,
        `${grouped(count)} jamais vus depuis le démarrage : ${some}`,
      ),
      next: verbatim(`hearst-agent read ${first}`),
    };
  },
};

const duplicates: Check = {
  id: 'inventory.duplicates',
  group: 'inventory',
  title: text('Duplicates', 'Doublons'),
  connectivity: false,
  dependsOn: ['service.running'],
  holdS: 0,
  codes: {
    W3702: {
      title: text('One miner answers in two places', 'Un mineur répond à deux places'),
      cause: text(
        'it answers at two addresses, or a board was swapped with its number',
        'il répond à deux adresses, ou une carte a été échangée',
      ),
      next: text('Compare the labels of the machines at these places', 'Comparez les étiquettes des machines'),
    },
  },
  run: ({ inventory }) => {
    if (inventory === null) return null;
    const [first] = inventory.duplicates;
    if (!first) return well(text('none', 'aucun'));
    const { length } = inventory.duplicates;
    return {
      code: 'W3702',
      what: verbatim(`${length}: ${first.identity} (${first.places.slice(0, 2).join(', ')})`),
    };
  },
};

export const INVENTORY_CHECKS: readonly Check[] = [missing, duplicates];
