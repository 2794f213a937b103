import { type Check, well } from '../check.ts';
import { text, verbatim } from '../text.ts';
import type { ContainerFacts, View } from '../view.ts';

const interfaces: Check = {
  id: 'interfaces',
  group: 'network',
  title: text('Interfaces', 'Interfaces réseau'),
  connectivity: true,
  dependsOn: [],
  holdS: 30,
  codes: {
    E3301: {
      title: text('This machine is on no network', "Cette machine n'est sur aucun réseau"),
      cause: text('cable, switch port or address', 'câble, port du commutateur ou adresse'),
      next: text('Look: ip -brief address', 'Vérifiez : ip -brief address'),
    },
  },
  run: ({ network: { addresses }, site }) => {
    if (addresses.length > 0) {
      const words = addresses.map(({ name, cidr }) => `${name} ${cidr}`);
      const more = words.length > 2 ? ` +${words.length - 2}` : '';
      return well(verbatim(words.slice(0, 2).join(', ') + more));
    }
    if (isLoopbackSite(site)) return well(text('none, and the site is on this machine', 'aucune, le site est local'));
    return { code: 'E3301', what: text('no interface has an address', "aucune interface n'a d'adresse") };
  },
};

const isLoopbackSite = (site: View['site']): boolean =>
  site?.containers.every(({ addresses }) => addresses.every((address) => address.startsWith('127.'))) ?? false;

const gateway: Check = {
  id: 'gateway',
  group: 'network',
  title: text('Routes', 'Routes'),
  connectivity: true,
  dependsOn: ['interfaces', 'config'],
  holdS: 30,
  codes: {
    E3302: {
      title: text('No route leads to some of the devices', 'Aucune route ne mène à certains équipements'),
      cause: text(
        'the network of the container is not connected here, or there is no gateway',
        "le réseau du conteneur n'est pas relié ici, ou il n'y a pas de passerelle",
      ),
      next: text('Look: ip route', 'Vérifiez : ip route'),
    },
    W3303: {
      title: text('There is no default gateway', "Il n'y a pas de passerelle par défaut"),
      cause: text('the hub can then only be on the same network', 'le siège ne peut être que sur le même réseau'),
      next: text('Look: ip route', 'Vérifiez : ip route'),
    },
  },
  run: ({ network: { gateway: address, unrouted }, site, hub }) => {
    if (address === undefined) return null;
    if (unrouted.length > 0) {
      const some = unrouted.slice(0, 3).join(', ') + (unrouted.length > 3 ? ` +${unrouted.length - 3}` : '');
      const [first = ''] = unrouted;
      return {
        code: 'E3302',
        what: text(`no route to ${some}`, `aucune route vers ${some}`),
        next: verbatim(`ip route get ${first.split(' ')[1] ?? ''}`),
      };
    }
    if (address === null) {
      const local = isLoopbackSite(site) || (hub !== null && isLoopback(hub.url));
      const what = text('no default gateway', 'pas de passerelle par défaut');
      return local ? well(what) : { code: 'W3303', what };
    }
    return well(text(`gateway ${address}`, `passerelle ${address}`));
  },
};

export const isLoopback = (url: string): boolean => /^\w+:\/\/(localhost|127\.|\[::1\])/.test(url);

const anyContainer: Check = {
  id: 'site.reach',
  group: 'network',
  title: text('Site network', 'Réseau du site'),
  connectivity: true,
  dependsOn: ['interfaces'],
  holdS: 120,
  codes: {
    E3304: {
      title: text('No container answers at all', 'Aucun conteneur ne répond'),
      cause: text(
        "this machine's own cable or switch, the site's main switch, or a power cut",
        'le câble ou le commutateur de cette machine, le commutateur principal, ou une coupure de courant',
      ),
      next: text("Check this machine's link: ip -brief link", 'Vérifiez le lien : ip -brief link'),
    },
  },
  run: ({ containers }) => {
    if (containers === null || containers.length < 2)
      return containers === null ? null : well(text('one container', 'un conteneur'));
    const watched = containers.filter((one) => one.asked > 0 && one.maintenanceUntil === null);
    const answering = watched.filter((one) => one.answering > 0).length;
    if (watched.length > 0 && answering === 0) {
      const what = text(`0 of ${watched.length} containers answer`, `0 / ${watched.length} conteneurs répondent`);
      return { code: 'E3304', what };
    }
    return well(
      text(
        `${answering} of ${watched.length} containers answer`,
        `${answering} / ${watched.length} conteneurs répondent`,
      ),
    );
  },
};

const reach: Check = {
  id: 'net',
  group: 'network',
  title: text('Containers', 'Conteneurs'),
  connectivity: true,
  dependsOn: ['site.reach'],
  holdS: 120,
  codes: {
    E3305: {
      title: text('No miner of a container answers', "Aucun mineur d'un conteneur ne répond"),
      cause: text(
        "probably the container's switch or power",
        'probablement le commutateur ou l’alimentation du conteneur',
      ),
      next: text(
        "Check the switch's port, then: hearst-agent read CONTAINER",
        'Vérifiez le port du commutateur, puis : hearst-agent read CONTENEUR',
      ),
    },
    W3306: {
      title: text('Half of a container is silent', "La moitié d'un conteneur est muette"),
      cause: text(
        'probably one of its switches or distribution boards',
        'probablement un de ses commutateurs ou tableaux électriques',
      ),
      next: text('See which: hearst-agent read CONTAINER', 'Voir lesquels : hearst-agent read CONTENEUR'),
    },
  },
  parts: ({ containers }) => containers?.map(({ id }) => id) ?? [],
  wellParts: (count, all) =>
    all
      ? text(`all ${count} containers answer`, `les ${count} conteneurs répondent`)
      : text(`the other ${count} containers are well`, `les ${count} autres conteneurs vont bien`),
  run: ({ containers }, id) => {
    const one = containers?.find((container) => container.id === id);
    if (!one || one.asked === 0) return well(text('nothing to ask', 'rien à lire'));
    if (one.maintenanceUntil !== null) return well(text('in maintenance', 'en maintenance'));
    if (one.answering === 0) return { code: 'E3305', what: darkWords(one, containers ?? []), next: lookAt(id) };
    if (one.answering < one.asked / 2) {
      const what = text(
        `${one.answering} of ${one.asked} miners answer`,
        `${one.answering} / ${one.asked} mineurs répondent`,
      );
      return { code: 'W3306', what, next: verbatim(`hearst-agent read ${id}`) };
    }
    return well(text(`${one.answering} of ${one.asked}`, `${one.answering} / ${one.asked}`));
  },
};

const lookAt = (id: string) =>
  text(
    `Check the switch's port, then: hearst-agent read ${id}`,
    `Vérifiez le port du commutateur, puis : hearst-agent read ${id}`,
  );

/** `0 of 308 answer, the 57 other containers are well`: what the others do says where to look. */
function darkWords({ asked, id }: ContainerFacts, all: readonly ContainerFacts[]) {
  const others = all.filter((one) => one.id !== id && one.asked > 0);
  const alive = others.filter((one) => one.answering > 0).length;
  if (others.length === 0) return text(`0 of ${asked} miners answer`, `0 / ${asked} mineurs répondent`);
  return alive === others.length
    ? text(
        `0 of ${asked} answer, the ${alive} other containers are well`,
        `0 / ${asked} répondent, les ${alive} autres conteneurs vont bien`,
      )
    : text(
        `0 of ${asked} answer, nor do ${others.length - alive} other containers`,
        `0 / ${asked} répondent, ${others.length - alive} autres conteneurs non plus`,
      );
}

const cooling: Check = {
  id: 'cooling',
  group: 'network',
  title: text('Cooling controllers', 'Automates de refroidissement'),
  connectivity: true,
  dependsOn: ['site.reach', 'net'],
  holdS: 120,
  codes: {
    E3307: {
      title: text(
        "A container's cooling controller is silent",
        "L'automate de refroidissement d'un conteneur est muet",
      ),
      cause: text(
        'its address or unit, its cable, or another program that holds its only connection',
        'son adresse, son câble, ou un autre programme qui occupe sa seule connexion',
      ),
      next: text('Read it: hearst-agent read CONTAINER', 'Lisez-le : hearst-agent read CONTENEUR'),
    },
  },
  parts: ({ containers }) => containers?.flatMap(({ id, cooling: loop }) => (loop === null ? [] : [id])) ?? [],
  wellParts: (count, all) =>
    all
      ? text(`all ${count} answer`, `les ${count} répondent`)
      : text(`the other ${count} answer`, `les ${count} autres répondent`),
  run: ({ containers }, id) => {
    const one = containers?.find((container) => container.id === id);
    if (one?.cooling !== 'silent' || one.maintenanceUntil !== null) return well(text('answers', 'répond'));
    return {
      code: 'E3307',
      what: text(
        `its miners answer (${one.answering} of ${one.asked}), its cooling controller does not`,
        `ses mineurs répondent (${one.answering} / ${one.asked}), pas son automate`,
      ),
      next: verbatim(`hearst-agent read ${id}`),
    };
  },
};

const meters: Check = {
  id: 'meters',
  group: 'network',
  title: text('Meters', 'Compteurs'),
  connectivity: true,
  dependsOn: ['interfaces', 'service.running'],
  holdS: 120,
  codes: {
    W3308: {
      title: text('Meters are silent', 'Des compteurs sont muets'),
      cause: text(
        "the gateway they share, or the meter's address",
        "leur passerelle commune, ou l'adresse du compteur",
      ),
      next: text('Read one: hearst-agent read METER', 'Lisez-en un : hearst-agent read COMPTEUR'),
    },
  },
  run: ({ running, site }) => {
    const state = running?.poller.meters;
    if (!state || (running?.poller.polls ?? 0) === 0) return null;
    const what = text(`${state.answering} of ${state.meters} answer`, `${state.answering} / ${state.meters} répondent`);
    if (state.answering === state.meters) return well(what);
    const [first] = site?.meters ?? [];
    return { code: 'W3308', what, next: verbatim(`hearst-agent read ${first?.id ?? 'METER'}`) };
  },
};

export const NETWORK_CHECKS: readonly Check[] = [interfaces, gateway, anyContainer, reach, cooling, meters];
