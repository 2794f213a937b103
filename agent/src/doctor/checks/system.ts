import { type Check, well } from '../check.ts';
import { grouped, size, text } from '../text.ts';

const MB = 1e6;

/** The clock may differ from the hub's by this, s: beyond it readings are marked as suspect. */
const CLOCK_S = 2;

const clock: Check = {
  id: 'clock',
  group: 'system',
  title: text('Clock', 'Horloge'),
  connectivity: false,
  dependsOn: [],
  holdS: 60,
  codes: {
    W3001: {
      title: text("The machine's clock differs from the hub's", "L'horloge de la machine diffère de celle du siège"),
      cause: text('no time server is reached, or none is set', "aucun serveur de temps n'est atteint ou configuré"),
      next: text(
        'Set the clock by a time server: timedatectl set-ntp true',
        "Réglez l'horloge : timedatectl set-ntp true",
      ),
    },
    W3002: {
      title: text('No time server keeps the clock', "Aucun serveur de temps ne tient l'horloge"),
      cause: text(
        'the service for it is off, or the time server cannot be reached',
        'le service est arrêté, ou le serveur de temps est injoignable',
      ),
      next: text('Switch it on: timedatectl set-ntp true', 'Activez-le : timedatectl set-ntp true'),
    },
  },
  run: ({ running, machine }) => {
    const offsetMs = running?.hub.uplink?.clockOffsetMs ?? null;
    if (offsetMs !== null) {
      const apart = `${(Math.abs(offsetMs) / 1000).toFixed(Math.abs(offsetMs) < 10_000 ? 2 : 0)} s`;
      const way = offsetMs > 0 ? text('behind', 'en retard') : text('ahead', 'en avance');
      const what = text(
        `${apart} ${way.en} of the hub's clock`.replace('behind of', 'behind'),
        `${apart.replace('.', ',')} ${way.fr} sur l'horloge du siège`,
      );
      return Math.abs(offsetMs) > CLOCK_S * 1000 ? { code: 'W3001', what } : well(what);
    }
    if (machine.clockKept === null) return null;
    return machine.clockKept
      ? well(text('kept by a time server', 'tenue par un serveur de temps'))
      : { code: 'W3002', what: text('no time server keeps the clock', "aucun serveur de temps ne tient l'horloge") };
  },
};

const timeZone: Check = {
  id: 'timezone',
  group: 'system',
  title: text('Time zone', 'Fuseau horaire'),
  connectivity: false,
  dependsOn: ['config'],
  holdS: 0,
  codes: {
    W3003: {
      title: text(
        'The machine is set to another time zone than the site',
        "La machine n'est pas réglée sur le fuseau du site",
      ),
      cause: text(
        'readings are kept in UTC either way; times in logs and on screens of this machine differ from the wall clock',
        "les mesures sont en UTC dans tous les cas ; les heures des journaux diffèrent de l'heure locale",
      ),
      next: text('Set it: timedatectl set-timezone ZONE', 'Réglez-le : timedatectl set-timezone FUSEAU'),
    },
  },
  run: ({ machine, site }) => {
    const wanted = site?.timeZone ?? 'UTC';
    const own = machine.timeZone;
    if (own === wanted || own === 'UTC' || own === 'Etc/UTC') return well(text(own, own));
    return {
      code: 'W3003',
      what: text(`the machine says ${own}, the site file ${wanted}`, `la machine dit ${own}, le site ${wanted}`),
      next: text(`timedatectl set-timezone ${wanted}`, `timedatectl set-timezone ${wanted}`),
    };
  },
};

const disk: Check = {
  id: 'disk',
  group: 'system',
  title: text('Disk', 'Disque'),
  connectivity: false,
  dependsOn: [],
  holdS: 0,
  codes: {
    E3004: {
      title: text('The disk is full', 'Le disque est plein'),
      cause: text(
        'logs, backups or other programs fill it',
        'journaux, sauvegardes ou autres programmes le remplissent',
      ),
      next: text('See what fills it: du -xh / | sort -h | tail', 'Cherchez : du -xh / | sort -h | tail'),
    },
    W3005: {
      title: text('The disk is nearly full', 'Le disque est presque plein'),
      cause: text(
        'logs, backups or other programs fill it',
        'journaux, sauvegardes ou autres programmes le remplissent',
      ),
      next: text('See what fills it: du -xh / | sort -h | tail', 'Cherchez : du -xh / | sort -h | tail'),
    },
    W3006: {
      title: text('The disk runs out of files', 'Le disque manque de nœuds de fichiers'),
      cause: text('very many small files somewhere', 'de très nombreux petits fichiers quelque part'),
      next: text('Look: df -i', 'Vérifiez : df -i'),
    },
  },
  run: ({ machine }) => {
    const { disk: fs, inodes } = machine;
    if (fs === null) return null;
    const used = Math.round((100 * (fs.total - fs.free)) / Math.max(1, fs.total));
    const free = size(fs.free);
    const what = text(`${used} % used, ${free.en} free`, `${used} % utilisé, ${free.fr} libres`);
    if (fs.free < 128 * MB) return { code: 'E3004', what };
    if (fs.free < Math.min(2000 * MB, fs.total / 10)) return { code: 'W3005', what };
    if (inodes !== null && inodes.total > 0 && inodes.free / inodes.total < 0.02) {
      const left = grouped(inodes.free);
      return { code: 'W3006', what: text(`${left} files can still be made`, `${left} fichiers encore possibles`) };
    }
    return well(what);
  },
};

const memory: Check = {
  id: 'memory',
  group: 'system',
  title: text('Memory', 'Mémoire'),
  connectivity: false,
  dependsOn: [],
  holdS: 120,
  codes: {
    W3007: {
      title: text('The machine runs out of memory', 'La machine manque de mémoire'),
      cause: text('another program takes it', "un autre programme l'occupe"),
      next: text('See which: ps aux --sort=-rss | head', 'Cherchez : ps aux --sort=-rss | head'),
    },
    W3008: {
      title: text('The agent is close to its memory cap', "L'agent approche de sa limite de mémoire"),
      cause: text('the site grew, or the agent has a leak', 'le site a grandi, ou un défaut du programme'),
      next: text(
        'Send a bundle to support: hearst-agent support-bundle',
        'Envoyez un dossier au support : hearst-agent support-bundle',
      ),
    },
  },
  run: ({ machine: { memory: all, ownMemory: own } }) => {
    if (own && own.used > 0.9 * own.cap) {
      const [used, cap] = [size(own.used), size(own.cap)];
      return { code: 'W3008', what: text(`${used.en} of ${cap.en} used`, `${used.fr} sur ${cap.fr}`) };
    }
    const free = size(all.available);
    const what = text(`${free.en} available`, `${free.fr} disponibles`);
    return all.available < Math.min(200 * MB, all.total / 10) ? { code: 'W3007', what } : well(what);
  },
};

/** What a sweep opens at once at most, beside the program's own: `poll.concurrency`, dead devices in their lane. */
const OWN_FILES = 256;

const files: Check = {
  id: 'files',
  group: 'system',
  title: text('File limits', 'Limites de fichiers'),
  connectivity: false,
  dependsOn: [],
  holdS: 0,
  codes: {
    W3009: {
      title: text(
        'The agent may open fewer files than a sweep needs',
        "L'agent peut ouvrir moins de fichiers qu'un balayage n'en demande",
      ),
      cause: text('the limit of the user or the service is low', "la limite de l'utilisateur ou du service est basse"),
      next: text('Raise it: LimitNOFILE=65536 in the unit', "Relevez-la : LimitNOFILE=65536 dans l'unité"),
    },
  },
  run: ({ machine: { openFiles }, site }) => {
    if (openFiles === null) return null;
    const needed = OWN_FILES + 2 * (site?.poll.concurrency ?? 256);
    const { limit, used } = openFiles;
    const what = text(`${grouped(used)} of ${grouped(limit)} open`, `${grouped(used)} ouverts sur ${grouped(limit)}`);
    return limit < needed || used > 0.8 * limit ? { code: 'W3009', what } : well(what);
  },
};

export const SYSTEM_CHECKS: readonly Check[] = [clock, timeZone, disk, memory, files];
