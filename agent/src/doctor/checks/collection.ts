import { formatDuration } from '../../config/units.ts';
import { type Check, well } from '../check.ts';
import { grouped, span, text, verbatim } from '../text.ts';

const cycle: Check = {
  id: 'cycle',
  group: 'collection',
  title: text('Poll cycle', 'Cycle de collecte'),
  connectivity: false,
  dependsOn: ['service.running'],
  holdS: 0,
  codes: {
    W3501: {
      title: text(
        'Polls are left out because the ones before take too long',
        'Des collectes sont sautées, trop longues',
      ),
      cause: text(
        'the interval is short for the site, or many devices are slow at once',
        "l'intervalle est court pour le site, ou beaucoup d'équipements sont lents",
      ),
      next: text('Set a longer poll.interval in the site file', 'Allongez poll.interval dans le fichier du site'),
    },
    E3502: {
      title: text('No poll was completed', "Aucune collecte n'a abouti"),
      cause: text('a fault of the program', 'un défaut du programme'),
      next: text('Restart it: systemctl restart hearst-agent', 'Redémarrez : systemctl restart hearst-agent'),
    },
  },
  run: ({ running, trend, site, now }) => {
    if (!running || !site) return null;
    const { polls, skipped, containers } = running.poller;
    const interval = formatDuration(site.poll.intervalMs);
    const latest = Math.max(...containers.map(({ at }) => at ?? 0));
    const old = (now - latest) / 1000;
    if (
      containers.length > 0 &&
      running.uptime_s > 60 + (5 * site.poll.intervalMs) / 1000 &&
      old > 60 + (5 * site.poll.intervalMs) / 1000
    ) {
      const ago = span(old);
      return {
        code: 'E3502',
        what: text(`the last poll began ${ago.en} ago`, `la dernière a commencé il y a ${ago.fr}`),
      };
    }
    const lately = trend?.skipped ?? 0;
    if (lately > 0) {
      const time = span(trend?.s ?? 0);
      const what = text(
        `${grouped(lately)} polls left out in ${time.en}`,
        `${grouped(lately)} collectes sautées en ${time.fr}`,
      );
      return { code: 'W3501', what };
    }
    const took = Math.max(0, ...containers.map(({ tookMs }) => tookMs));
    return well(
      text(
        `every ${interval}, the slowest container takes ${took} ms; ${grouped(polls)} done, ${grouped(skipped)} left out`,
        `toutes les ${interval}, conteneur le plus lent ${took} ms ; ${grouped(polls)} faites, ${grouped(skipped)} sautées`,
      ),
    );
  },
};

const slow: Check = {
  id: 'poll',
  group: 'collection',
  title: text('Slow containers', 'Conteneurs lents'),
  connectivity: false,
  dependsOn: ['service.running', 'site.reach', 'net'],
  holdS: 180,
  codes: {
    W3503: {
      title: text('A container takes most of the interval to be read', "Un conteneur occupe presque tout l'intervalle"),
      cause: text(
        'its network is poor, or many of its miners hang',
        'son réseau est mauvais, ou beaucoup de ses mineurs sont bloqués',
      ),
      next: text(
        'Look at its switch, then: hearst-agent read CONTAINER',
        'Vérifiez son commutateur, puis : hearst-agent read CONTENEUR',
      ),
    },
  },
  parts: ({ containers }) => containers?.map(({ id }) => id) ?? [],
  wellParts: (count, all) =>
    all
      ? text(`none of ${count} is slow`, `aucun sur ${count}`)
      : text(`the other ${count} are prompt`, `les ${count} autres sont rapides`),
  run: ({ containers, site }, id) => {
    const took = containers?.find((one) => one.id === id)?.tookMs ?? null;
    const interval = site?.poll.intervalMs ?? 60_000;
    if (took === null || took <= 0.8 * interval) return well(text('prompt', 'rapide'));
    const time = `${(took / 1000).toFixed(1)} s / ${formatDuration(interval)}`;
    return {
      code: 'W3503',
      what: text(`a poll takes ${time}`, `une collecte prend ${time}`),
      next: verbatim(`hearst-agent read ${id}`),
    };
  },
};

const firmware: Check = {
  id: 'firmware',
  group: 'collection',
  title: text('Firmware', 'Micrologiciels'),
  connectivity: false,
  dependsOn: ['service.running'],
  holdS: 0,
  codes: {
    W3504: {
      title: text('Miners of a kind never seen before', "Des mineurs d'un type jamais vu"),
      cause: text(
        'a new model or firmware; it is read by the general definition, which may miss values',
        'un nouveau modèle ou micrologiciel, lu par la définition générale, qui peut omettre des valeurs',
      ),
      next: text('Tell headquarters its type and firmware', 'Signalez au siège son type et sa version'),
    },
  },
  run: ({ inventory }) => {
    if (inventory === null) return null;
    const [first] = inventory.unknown;
    if (!first) return well(text('all known', 'tous connus'));
    const total = inventory.unknown.reduce((sum, { count }) => sum + count, 0);
    const what = text(
      `${total} miners of an unknown kind: ${first.type}`,
      `${total} mineurs d'un type inconnu : ${first.type}`,
    );
    return { code: 'W3504', what };
  },
};

const faults: Check = {
  id: 'faults',
  group: 'collection',
  title: text('Drivers', 'Pilotes'),
  connectivity: false,
  dependsOn: ['service.running'],
  holdS: 0,
  codes: {
    W3505: {
      title: text('A driver failed in a way it should not', 'Un pilote a échoué de façon imprévue'),
      cause: text(
        'a fault of the program; the device counts as silent',
        "un défaut du programme ; l'équipement compte comme muet",
      ),
      next: text('Send a bundle: hearst-agent support-bundle', 'Envoyez un dossier : hearst-agent support-bundle'),
    },
  },
  run: ({ running }) => {
    if (!running) return null;
    const kinds = Object.entries(running.poller.devices.faults);
    const [first] = kinds;
    if (!first) return well(text('no fault', 'aucun défaut'));
    return { code: 'W3505', what: verbatim(`${first[1]} x ${first[0]}`) };
  },
};

export const COLLECTION_CHECKS: readonly Check[] = [cycle, slow, firmware, faults];
