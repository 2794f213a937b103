import { chmodSync } from 'node:fs';
import { basename } from 'node:path';
import { type Check, well } from '../check.ts';
import { span, text, verbatim } from '../text.ts';

const running: Check = {
  id: 'service.running',
  group: 'service',
  title: text('Agent', 'Agent'),
  connectivity: false,
  dependsOn: [],
  holdS: 0,
  codes: {
    E3101: {
      title: text('The agent does not run', "L'agent ne tourne pas"),
      cause: text(
        'it was stopped, could not start, or works in another data folder',
        "il a été arrêté, n'a pas pu démarrer, ou utilise un autre dossier",
      ),
      next: text(
        'systemctl status hearst-agent   (or start it by hand: hearst-agent run)',
        'systemctl status hearst-agent   (ou à la main : hearst-agent run)',
      ),
    },
  },
  run: ({ running: report, dataFolder }) => {
    if (report === null)
      return { code: 'E3101', what: text(`no agent runs on ${dataFolder}`, `aucun agent ne tourne sur ${dataFolder}`) };
    const up = span(report.uptime_s);
    return well(text(`runs since ${up.en}, process ${report.pid}`, `tourne depuis ${up.fr}, processus ${report.pid}`));
  },
};

/** More starts than this in an hour are a loop, or close to one. */
const MANY_STARTS = 4;

const restarts: Check = {
  id: 'service.restarts',
  group: 'service',
  title: text('Restarts', 'Redémarrages'),
  connectivity: false,
  dependsOn: ['service.running'],
  holdS: 0,
  codes: {
    W3102: {
      title: text('The agent was started again and again', "L'agent a redémarré plusieurs fois"),
      cause: text(
        'it ends by a fault, by the memory cap, or because nothing reaches the hub for a quarter of an hour',
        "il s'arrête sur une erreur, par la limite de mémoire, ou parce que rien n'atteint le siège depuis un quart d'heure",
      ),
      next: text('Read why: journalctl -u hearst-agent -n 100', 'Lisez : journalctl -u hearst-agent -n 100'),
    },
  },
  run: ({ service: { starts } }) => {
    if (starts > MANY_STARTS)
      return { code: 'W3102', what: text(`${starts} starts within an hour`, `${starts} démarrages en une heure`) };
    return well(starts === 1 ? text('one start within the hour', "un démarrage dans l'heure") : starting(starts));
  },
};

const starting = (starts: number) => text(`${starts} starts within the hour`, `${starts} démarrages dans l'heure`);

const permissions: Check = {
  id: 'service.permissions',
  group: 'service',
  title: text('Permissions', 'Droits'),
  connectivity: false,
  dependsOn: [],
  holdS: 0,
  codes: {
    E3103: {
      title: text('The data folder cannot be written', 'Le dossier de données ne peut être écrit'),
      cause: text('it belongs to another user', 'il appartient à un autre utilisateur'),
      next: text('Give it to the agent: chown -R hearst-agent FOLDER', 'Donnez-le : chown -R hearst-agent DOSSIER'),
    },
    W3104: {
      title: text('Others on this machine may read what is secret', "D'autres utilisateurs peuvent lire des secrets"),
      cause: text(
        'the mode of the file was changed, or it was copied',
        'les droits ont été modifiés, ou le fichier copié',
      ),
      next: text('Mend it: hearst-agent doctor --fix', 'Réparez : hearst-agent doctor --fix'),
    },
  },
  run: ({ folder, dataFolder }) => {
    if (folder.writable === false)
      return {
        code: 'E3103',
        what: text(`${dataFolder} cannot be written`, `${dataFolder} ne peut être écrit`),
        next: verbatim(`chown -R hearst-agent ${dataFolder}`),
      };
    const [first] = folder.open;
    if (!first) return folder.writable === null ? null : well(text('as they should be', 'corrects'));
    const { path, mode } = first;
    const octal = mode.toString(8).padStart(4, '0');
    const name = basename(path);
    return { code: 'W3104', what: text(`${name} has mode ${octal}`, `${name} a le mode ${octal}`) };
  },
  fix: ({ folder }) => {
    if (folder.open.length === 0) return null;
    for (const { path, wanted } of folder.open) chmodSync(path, wanted);
    const names = folder.open.map(({ path }) => basename(path)).join(', ');
    return text(`${names}: mode mended`, `${names} : mode corrigé`);
  },
};

const watchdog: Check = {
  id: 'service.watchdog',
  group: 'service',
  title: text('Watchdog', 'Chien de garde'),
  connectivity: false,
  dependsOn: ['service.running'],
  holdS: 30,
  codes: {
    W3105: {
      title: text('The service manager does not hear the agent', "Le gestionnaire de services n'entend pas l'agent"),
      cause: text(
        'systemd-notify is missing, or the unit does not let it speak (NotifyAccess=all)',
        "systemd-notify manque, ou l'unité ne l'autorise pas (NotifyAccess=all)",
      ),
      next: text(
        'Write the unit anew: hearst-agent service install',
        "Réécrivez l'unité : hearst-agent service install",
      ),
    },
  },
  run: ({ service: { managed, watchdog: dog } }) => {
    if (dog === null) {
      return managed
        ? well(text('the unit has none', "l'unité n'en a pas"))
        : well(text('not started by a service manager', 'non lancé par un gestionnaire de services'));
    }
    if (dog.trouble !== null) return { code: 'W3105', what: verbatim(dog.trouble) };
    const ago = span((dog.lastMs ?? 0) / 1000);
    if (dog.lastMs !== null && dog.lastMs > dog.everyMs)
      return { code: 'W3105', what: text(`last heard ${ago.en} ago`, `dernier signe il y a ${ago.fr}`) };
    return well(text(`heard ${ago.en} ago`, `entendu il y a ${ago.fr}`));
  },
};

export const SERVICE_CHECKS: readonly Check[] = [running, restarts, permissions, watchdog];
