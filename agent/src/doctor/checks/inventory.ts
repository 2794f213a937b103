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

const unplaced: Check = {
  id: 'inventory.unplaced',
  group: 'inventory',
  title: text('Miners without a place', 'Mineurs sans place'),
  connectivity: false,
  dependsOn: [],
  holdS: 0,
  codes: {
    W3703: {
      title: text(
        'Miners answered a sweep and have no place',
        "Des mineurs ont répondu au balayage et n'ont pas de place",
      ),
      cause: text(
        'new, moved, or the site file does not name their addresses: they are not read',
        'nouveaux, déplacés, ou absents du fichier du site : ils ne sont pas lus',
      ),
      next: text(
        'hearst-agent inventory export --status stranger   then give each a place in the site file',
        'hearst-agent inventory export --status stranger   puis donnez une place à chacun dans le fichier du site',
      ),
    },
  },
  run: ({ scan }) => {
    if (scan === null) return null;
    const { length } = scan.unplaced;
    const day = scan.at.slice(0, 10);
    if (length === 0) return well(text(`none, swept ${day}`, `aucun, balayage du ${day}`));
    const some = `${scan.unplaced.slice(0, 3).join(', ')}${length > 3 ? ', ...' : ''}`;
    return {
      code: 'W3703',
      what: text(
        `${grouped(length)} answered on ${day} and ${length === 1 ? 'is' : 'are'} not read: ${some}`,
        `${grouped(length)} ont répondu le ${day} et ne sont pas lus : ${some}`,
      ),
    };
  },
};

export const INVENTORY_CHECKS: readonly Check[] = [missing, unplaced, duplicates];
