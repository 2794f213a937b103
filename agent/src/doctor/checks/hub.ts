import { type Check, well } from '../check.ts';
import { span, text, verbatim } from '../text.ts';

const enrolled: Check = {
  id: 'hub.credential',
  group: 'hub',
  title: text('Enrolment', 'Inscription'),
  connectivity: false,
  dependsOn: [],
  holdS: 0,
  codes: {
    E3401: {
      title: text('The agent is not enrolled', "L'agent n'est pas inscrit"),
      cause: text('no token was exchanged yet', "aucun jeton n'a encore été échangé"),
      next: text(
        'hearst-agent enrol --hub URL --token TOKEN   (the token comes from headquarters)',
        'hearst-agent enrol --hub URL --token JETON   (le jeton vient du siège)',
      ),
    },
    E3402: {
      title: text('The credential cannot be used', "L'identité est inutilisable"),
      cause: text('the file was damaged or changed', 'le fichier a été abîmé ou modifié'),
      next: text('Enrol again; readings are kept', 'Inscrivez de nouveau ; les mesures sont gardées'),
    },
    E3403: {
      title: text('The agent is enrolled for another project', "L'agent est inscrit pour un autre projet"),
      cause: text('the site file names another project than the enrolment', 'le fichier du site nomme un autre projet'),
      next: text('Correct site.project, or enrol again', 'Corrigez site.project, ou inscrivez de nouveau'),
    },
  },
  run: ({ enrolment: { state, detail } }) => {
    if (state === 'ok') return well(text(`as ${detail}`, `sous ${detail}`));
    if (state === 'missing') return { code: 'E3401', what: text('no credential yet', "pas encore d'identité") };
    return { code: state === 'unusable' ? 'E3402' : 'E3403', what: verbatim(detail) };
  },
};

const dns: Check = {
  id: 'hub.dns',
  group: 'hub',
  title: text("Hub's name", 'Nom du siège'),
  connectivity: true,
  dependsOn: ['interfaces'],
  holdS: 60,
  codes: {
    E3404: {
      title: text("The hub's name is not known", 'Le nom du siège est inconnu'),
      cause: text(
        'no name server is reached, or the name is wrong',
        "aucun serveur de noms n'est joint, ou le nom est faux",
      ),
      next: text('Ask: getent hosts NAME', 'Demandez : getent hosts NOM'),
    },
  },
  run: ({ hub }) => {
    if (hub === null) return null;
    const { hostname } = new URL(hub.url);
    if (hub.dns.ok) return well(verbatim(`${hostname}: ${hub.dns.detail}`));
    return {
      code: 'E3404',
      what: verbatim(`${hostname}: ${hub.dns.detail}`),
      next: verbatim(`getent hosts ${hostname}`),
    };
  },
};

const certificate: Check = {
  id: 'hub.cert',
  group: 'hub',
  title: text("Hub's certificate", 'Certificat du siège'),
  connectivity: false,
  dependsOn: ['hub.dns'],
  holdS: 60,
  codes: {
    E3405: {
      title: text("The hub's certificate is not trusted", "Le certificat du siège n'est pas reconnu"),
      cause: text(
        "it expired, was made for another name, or by an authority this machine does not know; or this machine's clock is wrong",
        "il a expiré, est au nom d'un autre, ou d'une autorité inconnue ; ou l'horloge de la machine est fausse",
      ),
      next: text('Tell headquarters', 'Prévenez le siège'),
    },
    W3406: {
      title: text("The hub's certificate expires soon", 'Le certificat du siège expire bientôt'),
      cause: text('it was not renewed', "il n'a pas été renouvelé"),
      next: text('Tell headquarters', 'Prévenez le siège'),
    },
  },
  run: ({ hub }) => {
    if (hub === null) return null;
    if (hub.tls === null) return well(text('none: plain http on this machine', 'aucun : http local'));
    if (!hub.tls.ok) return { code: 'E3405', what: verbatim(hub.tls.detail) };
    const days = hub.tls.daysLeft;
    if (days === null) return null;
    const what = text(`expires in ${days} days`, `expire dans ${days} jours`);
    return days < 21 ? { code: 'W3406', what } : well(what);
  },
};

const reach: Check = {
  id: 'hub.reach',
  group: 'hub',
  title: text('Line to the hub', 'Liaison au siège'),
  connectivity: true,
  dependsOn: ['hub.dns', 'hub.cert'],
  holdS: 60,
  codes: {
    E3407: {
      title: text('The hub does not answer', 'Le siège ne répond pas'),
      cause: text(
        'the line is down, a firewall stands between, or the hub is off; readings are kept meanwhile',
        'la liaison est coupée, un pare-feu bloque, ou le siège est arrêté ; les mesures sont gardées',
      ),
      next: text('Try: curl -v URL/healthz', 'Essayez : curl -v URL/healthz'),
    },
    W3408: {
      title: text('The hub answers slowly', 'Le siège répond lentement'),
      cause: text('the line is full or poor', 'la liaison est saturée ou mauvaise'),
      next: text('Measure it: ping HUB', 'Mesurez : ping SIÈGE'),
    },
  },
  run: ({ hub }) => {
    if (hub === null) return null;
    const { ok, ms, detail } = hub.http;
    if (!ok) return { code: 'E3407', what: verbatim(detail), next: verbatim(`curl -v ${hub.url}/healthz`) };
    if (ms === null) return null;
    const what = verbatim(`${Math.round(ms)} ms`);
    return ms > 2000 ? { code: 'W3408', what } : well(what);
  },
};

const broker: Check = {
  id: 'hub.broker',
  group: 'hub',
  title: text('Broker', 'Courtier MQTT'),
  connectivity: true,
  dependsOn: ['hub.credential', 'hub.dns'],
  holdS: 90,
  codes: {
    E3409: {
      title: text('The broker cannot be reached', 'Le courtier MQTT est injoignable'),
      cause: text(
        'its port is closed on the way, or the broker is off; readings are kept meanwhile',
        'son port est fermé en chemin, ou il est arrêté ; les mesures sont gardées',
      ),
      next: text('Ask headquarters whether the port is open', 'Demandez au siège si le port est ouvert'),
    },
    E3410: {
      title: text('The broker or the hub turns this agent away', 'Le siège refuse cet agent'),
      cause: text(
        'its credential was revoked, another program uses it, or the hub does not speak its version',
        "son identité est révoquée, un autre programme l'utilise, ou sa version n'est pas reconnue",
      ),
      next: text(
        'Tell headquarters; a new enrolment may be needed',
        'Prévenez le siège ; une nouvelle inscription peut être utile',
      ),
    },
  },
  run: ({ running, hub }) => {
    const uplink = running?.hub.uplink ?? null;
    if (uplink === null) {
      const port = hub?.broker ?? null;
      if (port === null) return null;
      return port.ok ? well(verbatim(port.detail)) : { code: 'E3409', what: verbatim(port.detail) };
    }
    if (uplink.refused !== null) return { code: 'E3410', what: verbatim(uplink.refused) };
    if (uplink.phase === 'connecting')
      return {
        code: 'E3409',
        what: uplink.trouble ? verbatim(uplink.trouble) : text('connecting', 'connexion en cours'),
      };
    const trip = uplink.roundTripMs === null ? '' : `, ${Math.round(uplink.roundTripMs)} ms`;
    return well(text(`connected${trip}`, `connecté${trip}`));
  },
};

/** A hub that confirms nothing for so long, although there is something to confirm, does not take data, s. */
const SILENT_S = 180;

const answers: Check = {
  id: 'hub.answers',
  group: 'hub',
  title: text("Hub's confirmations", 'Confirmations du siège'),
  connectivity: true,
  dependsOn: ['service.running', 'hub.broker'],
  holdS: 120,
  codes: {
    W3411: {
      title: text('The hub takes no data', "Le siège n'accepte pas de données"),
      cause: text(
        'no hub is online behind the broker, or its database is busy; readings are kept meanwhile',
        "aucun siège n'est en ligne derrière le courtier, ou sa base est occupée ; les mesures sont gardées",
      ),
      next: text('Tell headquarters', 'Prévenez le siège'),
    },
  },
  run: ({ running, now }) => {
    const uplink = running?.hub.uplink;
    if (!running || !uplink) return null;
    if (uplink.phase !== 'sending')
      return { code: 'W3411', what: text('no hub is online', "aucun siège n'est en ligne") };
    if (uplink.lastAckAt === null) return well(text('nothing to confirm yet', 'rien à confirmer encore'));
    const s = (now - uplink.lastAckAt) / 1000;
    const ago = span(s);
    const what = text(`last one ${ago.en} ago`, `dernière il y a ${ago.fr}`);
    return s > SILENT_S && uplink.unacked > 0 ? { code: 'W3411', what } : well(what);
  },
};

export const HUB_CHECKS: readonly Check[] = [enrolled, dns, certificate, reach, broker, answers];
